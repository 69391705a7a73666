import { finding } from '../codes/finding.ts';
import {
  type Checked,
  type Finding,
  isError,
  type Place,
  type Source,
  type Span,
} from '../model/diagnostic.ts';
import type { Topology } from '../model/topology.ts';
import { decode, type SourceFile } from './decode.ts';
import { type Keys, readKeys } from './keys.ts';
import { keysFaults, type StructureFault, topologyFaults } from './schema.ts';
import { readYaml, type YamlSource } from './source.ts';
import { isMapping, type Report } from './spot.ts';
import { meantPlaces, structureFinding } from './structure.ts';
import { readTopology } from './topology.ts';

/** The user's files. Without a keys file every host is pending enrolment. */
export interface Input {
  readonly topology: SourceFile;
  readonly keys?: SourceFile;
}

/**
 * `value` holds everything that could be read, also when there are errors, so that the rules can look at the
 * rest: it is whole only when no diagnostic is an error. Undefined when the YAML itself is broken.
 */
export interface Parsed extends Checked<Topology, Finding> {
  /** Places whose content could not be read: what rests on them may be false. */
  readonly doubts: readonly Place[];
  /** File and lines of a place. */
  readonly locate: (place: Place) => { readonly file: string; readonly span: Span };
}

/** Reads the topology and the keys beside it. Never throws, whatever the bytes. */
export function parse(input: Input): Parsed {
  const diagnostics: Finding[] = [];
  const doubts: Place[] = [];
  const report: Report = (found) => {
    diagnostics.push(found);
    if (found.at.path.length > 0 && isError(found)) doubts.push(found.at);
  };
  const topology = open('topology', input.topology, report);
  const keys = input.keys && open('keys', input.keys, report);
  const known = isMapping(keys?.value) ? readKeysFile(keys.value) : NO_KEYS;
  const value = isMapping(topology.value) ? readTopologyFile(topology.value, known) : undefined;
  return {
    value,
    diagnostics,
    doubts,
    locate: (place) =>
      place.source === 'keys' && input.keys && keys
        ? { file: input.keys.file, span: keys.span(place) }
        : { file: input.topology.file, span: topology.span(place) },
  };

  function readKeysFile(content: unknown): Keys {
    checkStructure('keys', keysFaults(content), keys);
    return readKeys({ value: content, at: { source: 'keys', path: [] } }, report);
  }

  function readTopologyFile(content: unknown, enrolled: Keys): Topology {
    checkStructure('topology', topologyFaults(content), topology);
    return readTopology({ value: content, at: { source: 'topology', path: [] } }, enrolled, report);
  }

  function checkStructure(
    source: Source,
    faults: readonly StructureFault[],
    yaml: YamlSource | undefined,
  ): void {
    // What YAML itself could not read has been told already, and is not missing.
    const unread = new Set(yaml?.findings.map((found) => JSON.stringify(found.at.path)));
    for (const fault of faults) {
      if (unread.has(JSON.stringify(fault.path))) continue;
      report(structureFinding(source, fault));
      doubts.push(...meantPlaces(source, fault));
    }
  }
}

const NO_KEYS: Keys = new Map();

function open(source: Source, file: SourceFile, report: Report): YamlSource {
  const { text, finding: undecodable } = decode(source, file.bytes);
  const yaml = readYaml(source, text);
  if (undecodable) {
    report(undecodable);
    return { ...yaml, value: undefined };
  }
  for (const found of yaml.findings) report(found);
  if (yaml.findings.length === 0) checkRoot(source, yaml.value, report);
  return yaml;
}

function checkRoot(source: Source, value: unknown, report: Report): void {
  const at: Place = { source, path: [], offsets: [0, 0] };
  if (value === null || value === undefined) {
    // A keys file without an entry is what is left when the last host is removed.
    if (source === 'keys') return;
    report(
      finding('yaml/empty', {
        at,
        message: 'the file is empty',
        hint: 'start from examples/two-clusters/topology.yaml',
      }),
    );
  } else if (!isMapping(value)) {
    const message = `the file holds ${Array.isArray(value) ? 'a list' : 'a single value'}, expected a mapping`;
    const hint =
      source === 'keys'
        ? 'write one entry a host, such as `hub: { wireguard: … }`'
        : 'write `version: 1` and the other keys at the left margin';
    report(finding('yaml/not-a-mapping', { at, message, hint }));
  }
}
