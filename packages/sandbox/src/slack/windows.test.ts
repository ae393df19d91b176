import type { BlockAction, SlackViewAction } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import { afterEach, describe, expect, it } from "vitest";
import { actions, button, plain, surroundings } from "./bot.test.fixture.ts";

const { slack, app, post, pass } = surroundings();

const field = (block_id: string, label: string, more: object = {}): ModalView["blocks"][number] => ({
  type: "input",
  block_id,
  label: plain(label),
  element: { type: "plain_text_input", action_id: "text", ...more },
});
const windowOf = (title: string, more: Partial<ModalView> = {}): ModalView => ({
  type: "modal",
  callback_id: title,
  title: plain(title),
  submit: plain("Go"),
  blocks: [field("why", "Why", { min_length: 3 })],
  ...more,
});

/** Presses a button of this name, and hands what Bolt got to the caller. */
async function pressed(name: string): Promise<BlockAction> {
  const ts = await post({ text: "x", blocks: [actions(button(name))] });
  const { promise, resolve } = Promise.withResolvers<BlockAction>();
  app().action<BlockAction>(name, async ({ ack, body }) => {
    await ack();
    resolve(body);
  });
  await slack().click({ message: ts, label: name });
  return promise;
}
const open = (trigger_id: string, view: ModalView): Promise<{ readonly view?: { readonly id?: string; readonly hash?: string } }> =>
  app().client.views.open({ trigger_id, view });
async function opened(view: ModalView): Promise<{ readonly id: string; readonly hash: string }> {
  const { trigger_id } = await pressed(`for ${view.title.text} ${Math.random()}`);
  const { view: { id = "", hash = "" } = {} } = await open(trigger_id, view);
  return { id, hash };
}
const refusal = (code: string): object => ({ data: { ok: false, error: code } });

afterEach(async () => {
  while (slack().openModal()) await dismiss();
});
const dismiss = (): Promise<Response> => onPage("dismiss", {});
function onPage(what: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return fetch(`${slack().url}/_page/${what}`, { method: "POST", headers, body: JSON.stringify({ as: "Ana", ...body }) });
}

describe("a window opens", () => {
  it("before the person who pressed, and nobody else", async () => {
    await opened(windowOf("Suppress"));
    expect([slack().openModal("Ana")?.title, slack().openModal("Ben")]).toEqual(["Suppress", undefined]);
  });
  it("once for a trigger", async () => {
    const { trigger_id } = await pressed("once");
    await open(trigger_id, windowOf("One"));
    await expect(open(trigger_id, windowOf("Two"))).rejects.toMatchObject(refusal("exchanged_trigger_id"));
    expect(slack().openModal()?.title).toBe("One");
  });
  it("within three seconds", async () => {
    const { trigger_id } = await pressed("late");
    pass(3000);
    await expect(open(trigger_id, windowOf("Late"))).rejects.toMatchObject(refusal("expired_trigger_id"));
    expect(slack().openModal()).toBeUndefined();
  });
  it("for a trigger of this workspace", async () =>
    expect(open("12345.98765.abcd2358fdea", windowOf("Foreign"))).rejects.toMatchObject(refusal("invalid_trigger_id")));
  it("only as Slack takes it; the trigger is then still good", async () => {
    const { trigger_id } = await pressed("wrong");
    const wrong = open(trigger_id, windowOf("x".repeat(25)));
    await expect(wrong).rejects.toMatchObject({
      data: {
        error: "invalid_arguments",
        response_metadata: { messages: ["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"] },
      },
    });
    await open(trigger_id, windowOf("Right"));
    expect(slack().openModal()?.title).toBe("Right");
  });
});

describe("a window that is submitted", () => {
  const answered = (title: string, answer: object | string | undefined): Promise<SlackViewAction[]> => {
    const views: SlackViewAction[] = [];
    app().view(title, async ({ ack, body }) => {
      views.push(body);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- also what Bolt's types forbid has to be answered here
      await (ack as (answer?: object | string) => Promise<void>)(answer);
    });
    return opened(windowOf(title, { private_metadata: "kept" })).then(() => views);
  };

  it("hands its fields to Bolt, and closes", async () => {
    const views = await answered("Plain", undefined);
    expect(await slack().submit({ values: { Why: "because" } })).toEqual({});
    expect(views).toMatchObject([
      {
        type: "view_submission",
        user: { username: "ana" },
        view: {
          callback_id: "Plain",
          private_metadata: "kept",
          state: { values: { why: { text: { type: "plain_text_input", value: "because" } } } },
        },
      },
    ]);
    expect(slack().openModal()).toBeUndefined();
  });
  it("with a field that is empty or too short stays, and Bolt hears nothing", async () => {
    const views = await answered("Empty", undefined);
    expect(await slack().submit({ values: {} })).toEqual({ errors: { why: "This field is required" } });
    expect(await slack().submit({ values: { Why: "no" } })).toEqual({ errors: { why: "Must be at least 3 characters" } });
    expect([views, slack().openModal()?.title]).toEqual([[], "Empty"]);
    await expect(slack().submit({ values: { Where: "here" } })).rejects.toThrow('the window has no field "Where"; it has Why');
  });
  it("answered with errors stays, and shows them", async () => {
    await answered("Errors", { response_action: "errors", errors: { why: "Say more." } });
    expect(await slack().submit({ values: { Why: "because" } })).toEqual({ errors: { why: "Say more." } });
    expect(slack().openModal()?.title).toBe("Errors");
  });
  it("answered with errors about what is no field is the app's mistake", async () => {
    await answered("Stray", { response_action: "errors", errors: { other: "?" } });
    await expect(slack().submit({ values: { Why: "because" } })).rejects.toThrow(
      'the app complained about "other", which is no field of the window',
    );
  });
  it("answered with an update shows another view in the same window, which can be updated on", async () => {
    const { id } = await opened(windowOf("Step one"));
    app().view("Step one", ({ ack }) => ack({ response_action: "update", view: windowOf("Step two") }));
    await slack().submit({ values: { Why: "because" } });
    const second = slack().openModal();
    expect([second?.title, second?.id]).toEqual(["Step two", id]);
    await app().client.views.update({ view_id: id, hash: second?.hash ?? "", view: windowOf("Step three") });
    expect(slack().openModal()?.title).toBe("Step three");
  });
  it("answered with a push shows a window on the window; closed, the first is there again", async () => {
    const { id } = await opened(windowOf("Below"));
    app().view("Below", ({ ack }) => ack({ response_action: "push", view: windowOf("Above") }));
    await slack().submit({ values: { Why: "because" } });
    expect([slack().openModal()?.title, slack().openModal()?.id === id]).toEqual(["Above", false]);
    await dismiss();
    expect(slack().openModal()?.id).toBe(id);
  });
  it("answered with clear closes all of them", async () => {
    await opened(windowOf("Under"));
    app().view("Under", ({ ack }) => ack({ response_action: "push", view: windowOf("Over") }));
    await slack().submit({ values: { Why: "because" } });
    app().view("Over", ({ ack }) => ack({ response_action: "clear" }));
    await slack().submit({ values: { Why: "because" } });
    expect(slack().openModal()).toBeUndefined();
  });
  it.each([
    [
      "a view that Slack refuses",
      { response_action: "update", view: { type: "modal", blocks: [] } },
      "the app answered with a window that Slack refuses: ",
    ],
    [
      "an action that Slack does not know",
      { response_action: "explode" },
      "the app answered the submission with what Slack does not know: ",
    ],
    ["words", "thanks", "the app answered the submission with what Slack does not know: thanks"],
  ])("answered with %s is the app's mistake, and stays", async (name, answer, sentence) => {
    const title = `T${name.length}`;
    await answered(title, answer);
    await expect(slack().submit({ values: { Why: "because" } })).rejects.toThrow(sentence);
    expect(slack().openModal()?.title).toBe(title);
  });
  it("has to be there", async () => {
    const refused = { error: "no window is open before Ana" };
    expect(await (await onPage("submit", { values: {} })).json()).toEqual(refused);
  });
});

describe("a window that is open", () => {
  it("is updated by who knows its hash, and a late one is refused", async () => {
    const { id, hash } = await opened(windowOf("First"));
    await app().client.views.update({ view_id: id, hash, view: windowOf("Second") });
    const late = app().client.views.update({ view_id: id, hash, view: windowOf("Third") });
    await expect(late).rejects.toMatchObject(refusal("hash_conflict"));
    await app().client.views.update({ view_id: id, view: windowOf("Fourth") });
    expect(slack().openModal()?.title).toBe("Fourth");
  });
  it("can be updated by the app's own id", async () => {
    await opened(windowOf("Named", { external_id: "own" }));
    await app().client.views.update({ external_id: "own", view: windowOf("Renamed", { external_id: "own" }) });
    expect(slack().openModal()?.title).toBe("Renamed");
  });
  it("cannot be updated once it is closed", async () => {
    const { id } = await opened(windowOf("Closed"));
    await dismiss();
    await expect(app().client.views.update({ view_id: id, view: windowOf("Again") })).rejects.toMatchObject(refusal("not_found"));
  });
  it("tells the app that it was closed, if the app asked for it", async () => {
    const closed: string[] = [];
    app().view({ type: "view_closed", callback_id: "Noted" }, async ({ ack, view }) => {
      await ack();
      closed.push(view.callback_id);
    });
    await opened(windowOf("Noted", { notify_on_close: true }));
    await dismiss();
    expect(closed).toEqual(["Noted"]);
  });
  it("has two more on it at most, each by a trigger of the one below", async () => {
    await opened(windowOf("1"));
    const refusals: unknown[] = [];
    for (const n of [1, 2, 3]) {
      app().view(`${n}`, async ({ ack, body }) => {
        await app()
          .client.views.push({ trigger_id: body.type === "view_submission" ? body.trigger_id : "", view: windowOf(`${n + 1}`) })
          .catch((error: unknown) => refusals.push(error));
        await ack({ response_action: "errors", errors: { why: "stay" } });
      });
      await slack().submit({ values: { Why: "because" } });
    }
    expect(slack().openModal()?.title).toBe("3");
    expect(refusals).toMatchObject([refusal("push_limit_reached")]);
  });
  it("is not pushed by a trigger from a message", async () => {
    await opened(windowOf("Alone"));
    const { trigger_id } = await pressed("push");
    await expect(app().client.views.push({ trigger_id, view: windowOf("On it") })).rejects.toMatchObject(refusal("not_found"));
  });
});
