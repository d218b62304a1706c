"""The style sheet of the HTML report: for screens, light and dark, and for print."""

STYLE = """\
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #ffffff; --faint: #595959; --line: #c8c8c8;
  --good: #0a6b2d; --bad: #a3151f; --open: #7a4d00; --none: #4a4a4a; --link: #0b4f9e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --paper: #161616; --faint: #b0b0b0; --line: #4c4c4c;
  --good: #6fd08c; --bad: #ff9a96; --open: #e8b75c; --none: #c0c0c0; --link: #8ebcf5; } }
body { margin: 0 auto; max-width: 46rem; padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 Georgia, 'Times New Roman', serif; overflow-wrap: break-word; }
h1, h2, h3, h4, nav, table, .legend { font-family: system-ui, sans-serif; line-height: 1.3; }
h1 { font-size: 1.8rem; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
a { color: var(--link); } a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
:target { outline: 2px solid var(--link); outline-offset: 4px; }
nav ol { padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; font-size: 0.9rem; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: 0.5rem; background: var(--paper); }
table { width: 100%; border-collapse: collapse; font-size: 0.875rem; }
th, td { padding: 0.3rem 0.6rem; border: 1px solid var(--line); text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
blockquote { margin: 1rem 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--faint); }
.claim { margin-top: 2rem; padding-left: 0.6rem; border-left: 6px solid var(--none); }
.supported { border-color: var(--good); } .contradicted { border-color: var(--bad); }
.not_enough_evidence { border-color: var(--open); }
.legend dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.3rem 1rem; font-size: 0.9rem; }
.legend dt { padding-left: 0.5rem; border-left: 6px solid var(--none); } .legend dd { margin: 0; }
.legend .supported { border-color: var(--good); } .legend .contradicted { border-color: var(--bad); }
.legend .not_enough_evidence { border-color: var(--open); }
@page { margin: 2cm; }
@media print { :root { color-scheme: light; } body { max-width: none; padding: 0; font-size: 10.5pt; }
  nav, .skip { display: none; } h2, h3 { break-after: avoid; }
  blockquote, tr, li { break-inside: avoid; } a { color: inherit; } }
"""
