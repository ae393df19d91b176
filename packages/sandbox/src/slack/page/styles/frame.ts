/** What stands around the messages. */
export const FRAME = `
:root { color-scheme: light dark;
  --back: light-dark(#ffffff, #1a1d21); --text: light-dark(#1d1c1d, #d1d2d3); --strong: light-dark(#1d1c1d, #f8f8f8);
  --quiet: light-dark(#616061, #ababad); --line: light-dark(#dddddd, #35373b); --edge: light-dark(#8d8c8d, #797c81);
  --hover: light-dark(#f8f8f8, #222529); --side: light-dark(#3f0e40, #19171d); --sidetext: light-dark(#e3d3e4, #c9c9cb);
  --chosen: light-dark(#1164a3, #1164a3); --accent: #007a5a; --link: light-dark(#1264a3, #1d9bd1);
  --wrong: light-dark(#b8124a, #ff7a9c); --news: light-dark(#fff7dd, #2f2c1d); --found: light-dark(#fdf2d2, #3c371f);
  --code: light-dark(#c01343, #e8912d); --codeback: light-dark(#f7f7f7, #222529); --codeline: light-dark(#e0dfe0, #3c3f44);
  --mention: light-dark(#e3f0f9, #123247); --unread: light-dark(#d1205e, #f2557f); --raised: light-dark(#ffffff, #222529);
  --shadow: 0 4px 20px light-dark(#0000002e, #000000a0); }
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body { display: grid; grid-template-columns: 240px minmax(0, 1fr); background: var(--back); color: var(--text);
  font: 15px/1.46 Lato, "Segoe UI", "Helvetica Neue", "Liberation Sans", Arial, "Noto Color Emoji", sans-serif; }
button, select, input, textarea { font: inherit; color: inherit; }
i { font-style: normal; }
[hidden] { display: none !important; }
:focus-visible { outline: 2px solid #1d9bd1; outline-offset: 1px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

nav { background: var(--side); color: var(--sidetext); padding: 14px 10px; display: flex; flex-direction: column; gap: 18px; overflow-y: auto; }
nav .workspace { padding: 0 8px 12px; border-bottom: 1px solid #ffffff26; margin: 0 -10px; padding-inline: 18px; }
nav .workspace strong { display: block; font-size: 18px; font-weight: 800; color: #fff; }
nav .workspace span { font-size: 13px; }
nav h2 { font-size: 13px; font-weight: 500; margin: 0 0 4px; padding: 0 8px; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li > * { display: flex; align-items: center; gap: 8px; min-height: 30px; padding: 2px 8px; border-radius: 6px; color: inherit; text-decoration: none; }
nav li > a:hover { background: #ffffff1a; }
nav li > a[aria-current=page] { background: var(--chosen); color: #fff; }
nav li .avatar { width: 22px; height: 22px; font-size: 12px; border-radius: 5px; }
nav li .avatar svg { width: 15px; height: 15px; }
nav li i:not(.avatar) { width: 22px; text-align: center; opacity: .8; }
nav .you { margin-top: auto; }
nav .you b { font-weight: 500; } nav .you small { margin-left: auto; font-size: 12px; opacity: .85; }
nav .you a[aria-current=true] { background: #ffffff29; color: #fff; }
nav .you a[aria-current=true] b { font-weight: 700; }
#theme { align-self: flex-start; margin: 0 8px; padding: 3px 10px; border: 1px solid #ffffff55; border-radius: 6px; background: transparent; color: inherit; font-size: 13px; cursor: pointer; }
#theme:hover { background: #ffffff1a; }

main { display: grid; grid-template-rows: auto minmax(0, 1fr) auto; min-width: 0; height: 100vh; height: 100dvh; }
main > header { display: flex; gap: 12px; align-items: center; min-height: 50px; padding: 8px 20px; border-bottom: 1px solid var(--line); }
main > header h1 { font-size: 18px; font-weight: 800; margin: 0; color: var(--strong); white-space: nowrap; }
main > header h1 i { margin-right: 3px; font-weight: 500; }
main > header .topic { color: var(--quiet); font-size: 13px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.members { margin-left: auto; display: flex; align-items: center; padding: 3px 8px 3px 5px; border: 1px solid var(--line); border-radius: 6px; font-size: 13px; }
.members > span .avatar { width: 22px; height: 22px; font-size: 11px; border: 2px solid var(--back); margin-right: -5px; border-radius: 6px; }
.members b { margin-left: 10px; font-weight: 600; }

#messages { overflow-y: auto; display: flex; flex-direction: column; padding-bottom: 14px; }
#messages:focus-visible { outline-offset: -2px; }
.intro { margin-top: auto; padding: 48px 20px 14px; }
#messages:not(.told) .intro { visibility: hidden; }
.intro > i { display: grid; place-items: center; width: 52px; height: 52px; border-radius: 10px; background: var(--hover); border: 1px solid var(--line); font-size: 26px; color: var(--quiet); }
.intro h2 { margin: 12px 0 2px; font-size: 22px; font-weight: 800; color: var(--strong); }
.intro p { margin: 0; color: var(--quiet); }
.line { display: flex; align-items: center; gap: 10px; padding: 10px 0; scroll-margin-top: 12px; }
.line::before, .line::after { content: ""; flex: 1; border-top: 1px solid var(--line); }
.line.day span { padding: 2px 14px; border: 1px solid var(--line); border-radius: 24px; font-size: 13px; font-weight: 700; }
.line.unread { padding: 0 20px 0 0; color: var(--unread); font-size: 12px; font-weight: 700; }
.line.unread::before { border-color: var(--unread); } .line.unread::after { content: none; }

.bottom { position: relative; padding: 0 20px 14px; }
#jump { position: absolute; left: 50%; bottom: calc(100% + 10px); transform: translateX(-50%); padding: 5px 16px; border: 0; border-radius: 24px; background: #1264a3; color: #fff; font-size: 13px; font-weight: 700; box-shadow: var(--shadow); cursor: pointer; white-space: nowrap; }
#composer { position: relative; display: flex; align-items: center; gap: 8px; padding: 7px 8px 7px 12px; border: 1px solid var(--edge); border-radius: 8px; }
#composer:focus-within { box-shadow: 0 0 0 1px var(--edge); }
#composer input { flex: 1; min-width: 0; border: 0; outline: 0; background: transparent; padding: 4px 0; }
#composer input::placeholder { color: var(--quiet); opacity: 1; }
#composer button { display: grid; place-items: center; width: 34px; height: 30px; border: 0; border-radius: 5px; background: transparent; color: var(--quiet); cursor: pointer; }
#composer input:not(:placeholder-shown) ~ button { background: var(--accent); color: #fff; }
#notice { margin: 8px 0 0; color: var(--wrong); font-weight: 600; font-size: 13px; }
#notice:empty { display: none; }
#notice::before { content: "⚠️ "; }

@media (max-width: 720px) {
  body { grid-template-columns: minmax(0, 1fr); grid-template-rows: auto minmax(0, 1fr); }
  nav { flex-direction: row; align-items: center; gap: 2px; padding: 7px 6px; min-width: 0; overflow: auto hidden; scrollbar-width: none; }
  nav h2, nav .workspace, nav .workspace span, nav .you small { display: none; }
  nav li > * { padding-inline: 7px; } nav ul { display: flex; } nav .channels i:not(.avatar) { width: auto; }
  nav .apps a { font-size: 0; gap: 0; } nav .apps a i { font-size: 14px; }
  nav .you { margin: 0 0 0 auto; }
  nav .you ul { display: flex; gap: 2px; } nav .you a:not([aria-current]) b { display: none; }
  #theme { margin: 0; padding: 2px 8px; font-size: 0; } #theme::before { content: "◐"; font-size: 15px; }
  main { height: auto; min-height: 0; } main > header { padding: 6px 12px; min-height: 44px; }
  .members > span:not(.unseen) { display: none; } .members b { margin-left: 3px; }
  .intro, .bottom { padding-inline: 12px; }
}
`;
