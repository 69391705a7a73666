import answer from './host/answer.sh';
import apply from './host/apply.sh';
import books from './host/books.sh';
import boot from './host/boot.sh';
import decision from './host/decision.sh';
import enrol from './host/enrol.sh';
import firewall from './host/firewall.sh';
import key from './host/key.sh';
import main from './host/main.sh';
import memory from './host/memory.sh';
import original from './host/original.sh';
import peers from './host/peers.sh';
import preflight from './host/preflight.sh';
import probe from './host/probe.sh';
import release from './host/release.sh';
import routes from './host/routes.sh';
import snapshot from './host/snapshot.sh';
import vicinity from './host/vicinity.sh';
import transaction from './host/transaction.sh';
import tunnel from './host/tunnel.sh';
import verbs from './host/verbs.sh';

/**
 * The text of kuiil-host, the only code that runs on hosts (docs/host.md): its parts one after the other. `answer` comes
 * first because it sets the shell up; `main` comes last because it calls.
 */
export const hostScript = [
  [answer, memory],
  [release, key, preflight],
  [firewall, tunnel, peers, routes, apply],
  [original, boot],
  [transaction, decision, books],
  [probe, snapshot, vicinity, verbs, enrol, main],
]
  .flat()
  .join('\n');
