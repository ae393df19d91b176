/** The app's Home tab. */
export const HOME = `
main > header .tabs { display: flex; align-self: stretch; gap: 4px; margin: -8px 0 -8px 8px; }
main > header .tabs a { display: flex; align-items: center; padding: 0 10px; border-bottom: 2px solid transparent; color: var(--quiet); font-size: 13px; font-weight: 600; text-decoration: none; }
main > header .tabs a:hover { color: var(--strong); }
main > header .tabs a[aria-current=page] { border-color: var(--strong); color: var(--strong); }
#home { overflow-y: auto; padding: 14px 20px 28px; }
#home:focus-visible { outline-offset: -2px; }
#home .blocks { max-width: 760px; }
#home .nothing { margin: 40px 0; color: var(--quiet); text-align: center; }
#home .block-section:has(> .controls) { display: flex; align-items: center; gap: 16px; padding: 4px 0; border-top: 1px solid var(--line); }
#home .block-section:has(> .controls) > .drawn { flex: 1; min-width: 0; }
#home .block-section:has(> .controls) > .controls { flex: none; margin: 0; }
#home figure { margin: 8px 0; } #home figure img { max-width: 100%; height: auto; }
#home .menu > .button { min-width: 150px; }

@media (max-width: 720px) { #home { padding-inline: 12px; } #home .controls .menu, #home .menu > .button { min-width: 0; } }
`;
