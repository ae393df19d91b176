/** Files in messages, and pictures in blocks. */
export const FILES = `
.files { display: flex; flex-wrap: wrap; gap: 8px; margin: 6px 0 2px; }
.files > div { min-width: 0; max-width: 100%; }
.file { display: flex; align-items: center; gap: 12px; width: 420px; max-width: 100%; padding: 10px 12px; border: 1px solid var(--line); border-radius: 10px; background: var(--raised); color: var(--text); text-decoration: none; }
.file:hover { box-shadow: 0 1px 3px #0000001f; background: var(--hover); }
.file > span:nth-child(2) { min-width: 0; flex: 1; }
.file strong { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 700; color: var(--strong); line-height: 1.35; }
.file small { color: var(--quiet); font-size: 13px; line-height: 1.35; }
.file .kind { display: grid; place-items: center; flex: none; width: 38px; height: 38px; border-radius: 8px; background: #4a6280; color: #fff; }
.file .kind.csv { background: #1f7a4d; } .file .kind.html { background: #b0531a; } .file .kind.json, .file .kind.jsonl { background: #1264a3; } .file .kind.sarif { background: #6b3fa0; }
.file .down { color: var(--quiet); display: grid; }
.file:hover .down { color: var(--link); }
.files figure { margin: 0; max-width: 100%; }
.files figcaption { margin-bottom: 4px; color: var(--quiet); font-size: 13px; }
.files img, .block-image img { display: block; max-width: min(520px, 100%); height: auto; border: 1px solid var(--line); border-radius: 8px; }
.tombstone { margin: 0; padding: 8px 12px; border: 1px solid var(--line); border-radius: 8px; color: var(--quiet); font-style: italic; }
.block-image { margin: 6px 0; }
.block-image figure { margin: 0; }
.block-image figcaption { margin-bottom: 4px; font-weight: 700; }
nav li > a .more { margin-left: auto; min-width: 20px; padding: 0 6px; border-radius: 10px; background: var(--unread); color: #fff; font-size: 12px; font-weight: 700; text-align: center; }
.intro .avatar { width: 52px; height: 52px; border-radius: 12px; } .intro .avatar svg { width: 34px; height: 34px; }
main > header h1 { display: flex; align-items: center; gap: 8px; } main > header h1 .avatar { width: 26px; height: 26px; border-radius: 6px; } main > header h1 .avatar svg { width: 17px; height: 17px; }
`;
