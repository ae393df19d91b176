import { decode } from "fast-png";
import { expect, it } from "vitest";
import { counts, daysAgo, TODAY } from "./days.test.fixture.ts";
import { LOOKS } from "./looks.ts";
import { trendPng } from "./png.ts";

const known = [counts(daysAgo(1), 30, 20, 10, 10), counts(TODAY, 20, 20, 10, 10)];

/** Every colour of a part of the picture, in pixels of 800 by 400, as it is written in SVG. */
function coloursIn(png: Uint8Array, [left, top, right, bottom]: readonly [number, number, number, number]): ReadonlySet<string> {
  const { width, height, channels, data } = decode(png);
  expect([width, height, channels]).toEqual([800, 400, 4]);
  const colours = new Set<string>();
  for (let y = top; y < bottom; y += 1)
    for (let x = left; x < right; x += 1) {
      const at = (y * width + x) * channels;
      colours.add(`#${[...data.subarray(at, at + 3)].map((it) => it.toString(16).padStart(2, "0")).join("")}`);
    }
  return colours;
}

it.each(["light", "dark"] as const)("the %s picture has its texts, with a font of its own, and its bars", async (theme) => {
  const look = LOOKS[theme];
  const png = await trendPng(known, { today: TODAY, theme }, 1);
  const title = coloursIn(png, [64, 16, 400, 40]);
  expect(title).toContain(look.text);
  expect(title).toContain(look.background);
  // Without the bold font the title would be drawn with the other, or not at all.
  expect(coloursIn(png, [630, 64, 800, 84])).toContain(look.text);
  const bars = coloursIn(png, [560, 80, 616, 346]);
  for (const { fill, line } of Object.values(look.paints)) expect([...bars]).toEqual(expect.arrayContaining([fill, line]));
});
