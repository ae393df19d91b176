import { createElement as h, type ReactElement } from "react";

const SHIELD = "M12 2 4 5v6c0 5 3.4 9.4 8 11 4.6-1.6 8-6 8-11V5l-8-3z";
const TICK = "m8.3 11.8 2.6 2.6 4.9-5.2";

/** The app's picture. */
export function shield(): ReactElement {
  return h(
    "svg",
    { viewBox: "0 0 24 24", width: 24, height: 24, "aria-hidden": true },
    h("path", { d: SHIELD, fill: "#fff" }),
    h("path", { d: TICK, fill: "none", stroke: "#3f0e40", strokeWidth: 2.2, strokeLinecap: "round", strokeLinejoin: "round" }),
  );
}

export const FAVICON: string = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="${SHIELD}" fill="#611f69"/><path d="${TICK}" fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/></svg>`,
)}`;

export function eye(): ReactElement {
  return h(
    "svg",
    { viewBox: "0 0 24 24", width: 14, height: 14, "aria-hidden": true, fill: "none", stroke: "currentColor", strokeWidth: 2 },
    h("path", { d: "M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12z" }),
    h("circle", { cx: 12, cy: 12, r: 3 }),
  );
}

/** A sheet of paper. */
export function sheet(): ReactElement {
  return h(
    "svg",
    {
      viewBox: "0 0 24 24",
      width: 20,
      height: 20,
      "aria-hidden": true,
      fill: "none",
      stroke: "currentColor",
      strokeWidth: 1.8,
      strokeLinejoin: "round",
    },
    h("path", { d: "M6 2.8h8l4.5 4.5v14H6z" }),
    h("path", { d: "M13.6 3v4.7h4.7M9 12.5h6M9 16h6" }),
  );
}

export function down(): ReactElement {
  return h(
    "svg",
    {
      viewBox: "0 0 24 24",
      width: 18,
      height: 18,
      "aria-hidden": true,
      fill: "none",
      stroke: "currentColor",
      strokeWidth: 2,
      strokeLinecap: "round",
      strokeLinejoin: "round",
    },
    h("path", { d: "M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 20h14" }),
  );
}

export function plane(): ReactElement {
  return h(
    "svg",
    { viewBox: "0 0 24 24", width: 16, height: 16, "aria-hidden": true },
    h("path", { d: "M3 20.5 21.5 12 3 3.5v6.6L14 12 3 13.9z", fill: "currentColor" }),
  );
}
