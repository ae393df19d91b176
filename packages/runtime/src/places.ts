export type PlaceKind = "memory" | "folder" | "postgres";

/** What kind of store is at a place: `memory`, `postgres://…`, or a folder. */
export function kindOfPlace(place: string): PlaceKind {
  if (place === "memory") return "memory";
  return /^postgres(ql)?:/i.test(place) ? "postgres" : "folder";
}

/** A place as people may see it, and logs keep it: without the password of a database. */
export function shownPlace(place: string): string {
  return kindOfPlace(place) === "postgres"
    ? place.replace(/(:\/\/[^@/]*?):[^@]*@/, "$1:…@").replace(/([?&]password=)[^&]*/i, "$1…")
    : place;
}
