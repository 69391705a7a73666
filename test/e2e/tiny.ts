/** Two sites, one with a node behind its router: the least in which every kind of road is. */
export const TINY = `version: 1
name: tiny
wireguard: { subnet: 192.168.99.0/24 }
hub: { endpoint: 203.0.113.1, tunnel: 192.168.99.1 }
clusters:
  a:
    subnet: 192.168.100.0/24
    podCIDR: 10.244.0.0/16
    serviceCIDR: 10.96.0.0/16
    nodes:
      m: { address: 192.168.100.100, tunnel: 192.168.99.10 }
      n: 192.168.100.101
  b:
    subnet: 192.168.0.0/24
    podCIDR: 10.245.0.0/16
    serviceCIDR: 10.97.0.0/16
    nodes:
      m: { address: 192.168.0.100, tunnel: 192.168.99.14 }
`;
