/** What comes over the page: windows, menus, the commands. */
export const OVERLAYS = `
#window { width: min(520px, calc(100vw - 24px)); max-height: calc(100dvh - 48px); padding: 0; border: 0; border-radius: 12px; background: var(--raised); color: var(--text); box-shadow: 0 18px 48px #0008; overflow: hidden; }
#window::backdrop { background: light-dark(#0000008c, #000000b0); }
#window form { display: flex; flex-direction: column; max-height: calc(100dvh - 48px); }
#window header, #window footer { display: flex; align-items: center; gap: 10px; padding: 18px 24px; }
#window header .avatar { width: 28px; height: 28px; border-radius: 6px; } #window header .avatar svg { width: 18px; height: 18px; }
#window header h2 { flex: 1; margin: 0; font-size: 22px; font-weight: 800; line-height: 1.2; color: var(--strong); }
#window header button { display: grid; place-items: center; width: 32px; height: 32px; border: 0; border-radius: 6px; background: transparent; font-size: 16px; color: var(--quiet); cursor: pointer; }
#window header button:hover { background: var(--hover); }
#window footer { justify-content: flex-end; padding-block: 14px; border-top: 1px solid var(--line); }
#window footer .button { min-height: 36px; min-width: 80px; justify-content: center; padding-inline: 14px; font-size: 15px; }
#window .fields { padding: 0 24px 18px; overflow-y: auto; }
#window form > .trouble { margin: 0; padding: 10px 24px; border-top: 1px solid var(--line); }
.field { margin: 18px 0; }
.field label, .field .label { display: block; font-weight: 700; margin-bottom: 6px; color: var(--strong); }
.field .optional { font-weight: 400; color: var(--quiet); }
.field input, .field textarea, .field select { width: 100%; padding: 8px 12px; border: 1px solid var(--edge); border-radius: 6px; background: var(--back); resize: vertical; }
.field .checkbox { display: flex; gap: 8px; align-items: baseline; margin: 4px 0; font-weight: 400; color: var(--text); }
.field .checkbox input { width: auto; padding: 0; }
.field.invalid input, .field.invalid textarea, .field.invalid select { border-color: var(--wrong); }
.field .wrong { margin: 6px 0 0; color: var(--wrong); font-size: 13px; font-weight: 600; }
.field .wrong:empty { display: none; }
.field .wrong::before { content: "⚠️ "; }
.field .hint { margin: 6px 0 0; color: var(--quiet); font-size: 13px; }

#chooser, #commands { border: 1px solid var(--line); border-radius: 8px; background: var(--raised); color: var(--text); box-shadow: var(--shadow); }
#chooser { position: fixed; margin: 0; padding: 0; inset: auto; flex-direction: column; overflow: hidden; }
#chooser:popover-open { display: flex; }
#chooser input { margin: 10px; padding: 6px 10px; border: 1px solid var(--edge); border-radius: 6px; background: var(--back); }
#chooser ul { min-height: 0; overflow-y: auto; }
#chooser .none { margin: 0 12px 12px; color: var(--quiet); }
#commands { position: absolute; left: -1px; right: -1px; bottom: calc(100% + 8px); overflow: hidden; }
#commands h2 { margin: 0; padding: 9px 14px; font-size: 13px; border-bottom: 1px solid var(--line); background: var(--hover); }
#commands p { margin: 0; padding: 7px 14px; border-top: 1px solid var(--line); background: var(--hover); color: var(--quiet); font-size: 12px; white-space: pre-wrap; }
kbd { padding: 0 4px; margin-right: 3px; border: 1px solid var(--line); border-radius: 4px; background: var(--back); font: 11px/1.6 monospace; }
[role=listbox] { list-style: none; margin: 0; padding: 6px 0; }
[role=option] { padding: 5px 14px; cursor: pointer; }
#commands [role=option] { display: flex; flex-wrap: wrap; gap: 0 8px; align-items: baseline; }
#commands [role=option] code { color: var(--quiet); font-size: 12px; } #commands [role=option] span { color: var(--quiet); font-size: 13px; }
[role=option]:hover { background: var(--hover); }
[role=option][aria-selected=true], [role=option][aria-selected=true] * { background: #1264a3; color: #fff !important; }
`;
