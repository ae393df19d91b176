import { z } from "zod";
import { refusalOfView } from "./blockkit/judge.ts";
import { blockIdOf, type Control, controlsOf } from "./controls.ts";
import { deliver, type Reply, type Told } from "./delivery.ts";
import { actionIdOf, type ByLabel, type Filled, filled, type Given } from "./fields.ts";
import { randomUUID } from "node:crypto";
import {
  actionForm,
  closedForm,
  commandForm,
  escapedText,
  eventBody,
  homeActionForm,
  modalActionForm,
  type Scene,
  submissionForm,
} from "./payloads.ts";
import type { Responses } from "./responses.ts";
import { type Home, type Message, type Modal, modalOf, type Room } from "./room.ts";
import type { Sockets } from "./sockets.ts";
import type { Triggers } from "./triggers.ts";
import { type Answer, CHANNEL, idOfSpot, type Person, SIGNING_SECRET, type Spot, type Workspace } from "./workspace.ts";

/** What became of a submission: empty where it was accepted, else what is wrong by `block_id`. */
export interface Submitted {
  readonly errors?: Readonly<Record<string, string>>;
}

/** Which button or menu: by what it says, or by its ids. */
export interface Wanted {
  readonly label?: string;
  readonly actionId?: string;
  readonly blockId?: string;
}

/** Where a person writes: in the channel, in their direct messages with the app, or in another channel, as `#infra`. */
export type Place = "channel" | "direct" | `#${string}`;

/** Where this person's messages of this place stand. Pure. */
export function spotIn(place: Place, { name }: Pick<Person, "name">): Spot {
  if (place === "channel") return {};
  return place === "direct" ? { direct: name } : { channel: place.slice(1) };
}

const Reaction = z.discriminatedUnion("response_action", [
  z.object({ response_action: z.literal("errors"), errors: z.record(z.string(), z.string()) }),
  z.object({ response_action: z.literal("update"), view: z.unknown() }),
  z.object({ response_action: z.literal("push"), view: z.unknown() }),
  z.object({ response_action: z.literal("clear") }),
]);

/** Turns what people do into signed requests to the bot, and its answers into what they see. */
export class Acting {
  /** Where the bot listens; where it does not, it is told over the connections that it opened. */
  botUrl: string | undefined;
  #latest: Told | undefined;
  readonly #sockets: Sockets;
  readonly #workspace: Workspace;
  readonly #room: Room;
  readonly #triggers: Triggers;
  readonly #responses: Responses;
  readonly #origin: () => string;
  readonly #now: () => number;

  constructor(
    workspace: Workspace,
    room: Room,
    sockets: Sockets,
    triggers: Triggers,
    responses: Responses,
    origin: () => string,
    now: () => number,
  ) {
    this.#sockets = sockets;
    this.#workspace = workspace;
    this.#room = room;
    this.#triggers = triggers;
    this.#responses = responses;
    this.#origin = origin;
    this.#now = now;
  }

  /** @throws {Error} where there is no such control in the message, or the bot does not answer */
  async click(person: Person, ts: string, wanted: Wanted, chosen?: string): Promise<void> {
    const message = this.#room.message(ts);
    if (!message) throw new Error("this message is not there any more");
    if (message.ephemeralFor !== undefined && message.ephemeralFor !== person.name)
      throw new Error(`only ${message.ephemeralFor} sees this message`);
    if (message.direct !== undefined && message.direct !== person.name)
      throw new Error(`this message is in the direct messages of ${message.direct}`);
    const control = controlIn(message, wanted, chosen);
    const { direct, channel } = message;
    const place = direct !== undefined ? "direct" : channel === undefined ? "channel" : (`#${channel}` as const);
    await this.#deliver(actionForm(this.#scene(person, ts, place), message, control, chosen, this.#now()));
  }

  /** A person opens the app's Home tab. @throws {Error} where the bot does not answer */
  async openHome(person: Person): Promise<void> {
    const view = this.#room.home(person.id)?.view;
    await this.happen({ type: "app_home_opened", user: person.id, channel: person.direct, tab: "home", ...(view && { view }) });
  }

  /** @throws {Error} where the Home tab has no such control, or the bot does not answer */
  async clickHome(person: Person, wanted: Wanted, chosen?: string): Promise<void> {
    const home = this.#room.home(person.id);
    if (!home) throw new Error(`the Home tab shows ${person.name} nothing yet`);
    const control = controlIn(home, wanted, chosen);
    const scene = { person, teamId: this.#workspace.teamId, trigger: this.#triggers.after(person.id, this.#now()) };
    await this.#deliver(homeActionForm(scene, home, control, chosen, this.#now()));
  }

  /**
   * Chooses in a field of the open window; the app hears of it where it asked for that (`dispatch_action`). `others`: what stands in the other fields by now.
   * @throws {Error} where no window is open before this person, it has no such field, or the bot does not answer
   */
  async choose(person: Person, label: string, value: Given, others: ByLabel = {}): Promise<void> {
    const modal = this.#room.modal(person.id);
    if (!modal) throw new Error(`no window is open before ${person.name}`);
    const values = { ...others, [label]: value };
    const { values: state } = this.#filled(modal, values);
    this.#room.keepAnswers(modal, values);
    const index = modal.blocks.findIndex((block) => block.type === "input" && block.label.text === label);
    const block = modal.blocks[index];
    if (block?.type !== "input" || block.dispatch_action !== true) return;
    const scene = { person, teamId: this.#workspace.teamId, trigger: this.#triggers.after(person.id, this.#now(), modal.id) };
    await this.#deliver(
      modalActionForm(scene, modal, { blockId: blockIdOf(block, index), actionId: actionIdOf(block), values: state }, this.#now()),
    );
  }

  #filled(modal: Modal, values: ByLabel): Filled {
    const idOf = (wanted: string): string => this.#workspace.people.find(({ id, name }) => id === wanted || name === wanted)?.id ?? wanted;
    return filled(modal.blocks, { ...this.#room.answers(modal), ...values }, idOf);
  }

  /** @throws {Error} where no window is open before this person, or the bot does not answer */
  async submit(person: Person, values: ByLabel): Promise<Submitted> {
    const modal = this.#room.modal(person.id);
    if (!modal) throw new Error(`no window is open before ${person.name}`);
    const fields = this.#filled(modal, values);
    this.#room.keepAnswers(modal, values);
    if (Object.keys(fields.errors).length > 0) return { errors: fields.errors };
    const scene = { person, teamId: this.#workspace.teamId, trigger: this.#triggers.after(person.id, this.#now(), modal.id) };
    const { body } = await this.#deliver(submissionForm(scene, modal, fields.values));
    return this.#react(person, modal, body);
  }

  async #react(person: Person, modal: Modal, body: string): Promise<Submitted> {
    if (body.trim() === "") {
      this.#room.close(person.id);
      return {};
    }
    const reaction = reactionIn(body);
    switch (reaction.response_action) {
      case "errors": {
        const unknown = Object.keys(reaction.errors).find(
          (id) => !modal.blocks.some((block) => block.type === "input" && block.block_id === id),
        );
        if (unknown !== undefined) throw new Error(`the app complained about "${unknown}", which is no field of the window`);
        return { errors: reaction.errors };
      }
      case "clear":
        this.#room.close(person.id, true);
        return {};
      case "update":
        this.#room.replace(await this.#kept(reaction.view, (view) => this.#workspace.call("views.update", { view_id: modal.id, view })));
        return {};
      case "push":
        this.#room.open(person.id, await this.#kept(reaction.view, (view) => this.#workspace.showView(person.id, modal.id, { view })));
        return {};
    }
  }
  /** The window that an answer of the app makes, once it was judged and kept. */
  async #kept(view: unknown, keep: (view: unknown) => Promise<Answer>): Promise<Modal> {
    const refusal = refusalOfView(view, "modal");
    if (refusal) throw new Error(`the app answered with a window that Slack refuses: ${refusal.messages.join(" ")}`);
    const answer = await keep(view);
    if (!answer.ok) throw new Error(`the app answered with a window that Slack refuses: ${answer.error}`);
    return modalOf(answer["view"]);
  }

  /** Closes the window before a person. */
  async dismiss(person: Person): Promise<void> {
    const modal = this.#room.modal(person.id);
    this.#room.close(person.id);
    if (modal?.notifyOnClose) await this.#deliver(closedForm({ person, teamId: this.#workspace.teamId }, modal));
  }

  /** @throws {Error} where the bot does not answer, or it is no command */
  async command(person: Person, line: string, place: Place = "channel"): Promise<void> {
    const [, command, text = ""] = /^(\/\S+)\s*(.*)$/s.exec(line.trim()) ?? [];
    if (command === undefined) throw new Error(`"${line}" is no slash command`);
    const { body } = await this.#deliver(
      commandForm(this.#scene(person, undefined, place), command, escapedText(text.trim(), this.#workspace.people)),
    );
    await this.#responses.immediately(person, body, spotIn(place, person));
  }

  /** A person writes a message. */
  async say(person: Person, words: string, place: Place = "channel"): Promise<void> {
    const spot = spotIn(place, person);
    const channel = idOfSpot(spot, this.#workspace);
    const answer = await this.#workspace.call("chat.postMessage", { channel, text: words }, person.token);
    this.#room.put({ ...z.object({ ts: z.string() }).parse(answer), ...spot, user: person.id, text: words, blocks: [] });
  }

  #scene(person: Person, message: string | undefined, place: Place): Scene {
    const spot = spotIn(place, person);
    const { teamId } = this.#workspace;
    const channelId = idOfSpot(spot, this.#workspace);
    const responseUrl = `${this.#origin()}${this.#responses.path(person, message, spot, this.#now())}`;
    return {
      person,
      teamId,
      channelId,
      channel: place === "direct" ? "directmessage" : (spot.channel ?? CHANNEL),
      trigger: this.#triggers.after(person.id, this.#now()),
      responseUrl,
    };
  }
  /** Something happens to the app. @throws {Error} where the bot does not answer */
  async happen(event: object): Promise<void> {
    const body = eventBody(this.#workspace.teamId, `Ev${randomUUID().replaceAll("-", "").toUpperCase()}`, event, this.#now());
    await this.#tell({ event: body });
  }

  /** What the bot was told last, once more, as Slack does when it saw no answer. @throws {Error} where the bot does not answer */
  async repeat(): Promise<Reply> {
    if (!this.#latest) throw new Error("the app was told nothing yet");
    return this.#tell(this.#latest);
  }

  #deliver(form: Readonly<Record<string, string>>): Promise<Reply> {
    return this.#tell({ form });
  }
  async #tell(told: Told): Promise<Reply> {
    this.#latest = told;
    return this.botUrl === undefined ? this.#sockets.deliver(told) : deliver(this.botUrl, SIGNING_SECRET, told, this.#now());
  }
}

function reactionIn(body: string): z.infer<typeof Reaction> {
  try {
    return Reaction.parse(JSON.parse(body));
  } catch (error) {
    throw new Error(`the app answered the submission with what Slack does not know: ${body.slice(0, 200)}`, { cause: error });
  }
}

function controlIn({ blocks }: Message | Home, { label, actionId, blockId }: Wanted, chosen: string | undefined): Control {
  const controls = controlsOf(blocks);
  const found = controls.find(
    (control) =>
      (label === undefined || control.label === label) &&
      (actionId === undefined || control.actionId === actionId) &&
      (blockId === undefined || control.blockId === blockId),
  );
  if (!found)
    throw new Error(`the message has no "${label ?? actionId}"; it has ${controls.map((it) => it.label).join(", ") || "nothing to press"}`);
  if (found.kind !== "button" && !found.options.some(({ value }) => value === chosen))
    throw new Error(`"${found.label}" has no such choice`);
  return found;
}
