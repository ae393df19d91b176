/** What the page is told of. */
export interface Update {
  readonly order: readonly string[];
  readonly changed: Readonly<Record<string, string>>;
  readonly modal?: { readonly id: string; readonly html: string } | null;
  readonly elsewhere: number;
  readonly home?: string;
}

/** What became of something that a person did. */
export interface Outcome {
  readonly error?: string;
  readonly errors?: Readonly<Record<string, string>>;
}
export type Ask = (what: "click" | "choose" | "submit" | "dismiss" | "say", body: object) => Promise<Outcome>;

/** The messages. */
export interface Channel {
  readonly list: HTMLElement;
  show(update: Update): void;
  article(ts: string | undefined): HTMLElement | undefined;
  /** Goes to the message that an address of this workspace names; false: it names none. */
  follow(address: string): boolean;
  /** Once the message is drawn anew, this control of it has the focus again. */
  keepFocusOn(ts: string | undefined, action: string | undefined): void;
  toEnd(): void;
}

/** The list of choices of a menu in a message. */
export interface Chooser {
  open(button: HTMLButtonElement, chosen: (value: string) => void): void;
}

/** The box at the bottom. */
export interface Composer {
  notice(text: string): void;
}

/** The window before the person. */
export interface Window {
  show(next: Update["modal"]): void;
}

/** A list that is walked with the arrow keys while the words that narrow it are typed. */
export interface Picker {
  /** Shows the choices that hold the words; how many they are. */
  narrow(words: string): number;
  /** `false`: the key is none of its. */
  key(key: string): boolean;
  clear(): void;
}
export type MakePicker = (input: HTMLInputElement, list: HTMLElement, chosen: (option: HTMLElement) => void) => Picker;

/** Each is a function that uses nothing but the browser and what it is given. */
export interface Parts {
  readonly asking: (as: string, place: string) => Ask;
  readonly picker: MakePicker;
  readonly channel: () => Channel;
  readonly home: (as: string) => Channel;
  readonly chooser: (picker: MakePicker) => Chooser;
  readonly composer: (picker: MakePicker, ask: Ask, sent: () => void) => Composer;
  readonly modal: (ask: Ask) => Window;
}
