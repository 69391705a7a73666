interface Colours {
  readonly canvas: string;
  readonly card: string;
  readonly line: string;
  /** A mark that does not ask for attention. */
  readonly dot: string;
  readonly text: string;
  readonly muted: string;
  readonly accent: string;
  readonly glow: string;
  readonly onAccent: string;
}

const LIGHT: Colours = {
  canvas: '#f6f8fb',
  card: '#ffffff',
  line: '#d5dce6',
  dot: '#a9b6c6',
  text: '#16202e',
  muted: '#5d6b7e',
  accent: '#0f7b8a',
  glow: '#c9e7ea',
  onAccent: '#ffffff',
};

const DARK: Colours = {
  canvas: '#0e141c',
  card: '#18212d',
  line: '#2e3b4b',
  dot: '#56677b',
  text: '#e8eef5',
  muted: '#93a3b6',
  accent: '#45c4d3',
  glow: '#173f48',
  onAccent: '#08222a',
};

const FONTS = `
text { font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif; font-size: 13px; }
.mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: 12px; }
.title { font-size: 20px; font-weight: 600; }
.name { font-size: 15px; font-weight: 600; }
.end { text-anchor: end; }
.middle { text-anchor: middle; }`;

/** The style sheet: light, and dark for those who prefer it. Classes only, since not every renderer knows variables. */
export const STYLE = `${FONTS}${rules(LIGHT)}
@media (prefers-color-scheme: dark) {${rules(DARK)}
}`;

function rules(colours: Colours): string {
  const { canvas, card, line, dot, text, muted, accent, glow, onAccent } = colours;
  return `
.canvas { fill: ${canvas}; stroke: ${line}; }
.card { fill: ${card}; stroke: ${line}; }
.hub { fill: ${card}; stroke: ${accent}; stroke-width: 2; }
.rule { stroke: ${line}; }
text { fill: ${text}; }
.muted { fill: ${muted}; }
.tunnel { fill: ${accent}; }
.pill { fill: ${accent}; }
.on-accent { fill: ${onAccent}; }
.glow { fill: none; stroke: ${glow}; stroke-width: 8; stroke-linecap: round; stroke-linejoin: round; }
.edge { fill: none; stroke: ${accent}; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.router { fill: ${accent}; }
.own-tunnel { fill: ${glow}; stroke: ${accent}; stroke-width: 2; }
.standby { fill: ${card}; stroke: ${accent}; stroke-width: 2; }
.plain { fill: ${dot}; }
.pending { fill: ${card}; stroke: ${muted}; stroke-dasharray: 2 2; }`;
}
