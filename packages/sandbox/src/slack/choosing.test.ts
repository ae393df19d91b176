import type { BlockAction, SlackViewAction } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import { describe, expect, it } from "vitest";
import { actions, button, plain, surroundings } from "./bot.test.fixture.ts";

const { slack, app, post } = surroundings();

const field = (block_id: string, label: string): ModalView["blocks"][number] => ({
  type: "input",
  block_id,
  label: plain(label),
  element: { type: "plain_text_input", action_id: "text" },
});
const windowOf = (title: string, blocks: ModalView["blocks"]): ModalView => ({
  type: "modal",
  callback_id: title,
  title: plain(title),
  submit: plain("Go"),
  blocks,
});

/** Opens the window before Ana. */
async function opened(view: ModalView): Promise<void> {
  const name = `for ${view.title.text}`;
  const ts = await post({ text: "x", blocks: [actions(button(name))] });
  const { promise, resolve } = Promise.withResolvers<unknown>();
  app().action<BlockAction>(name, async ({ ack, body }) => {
    await ack();
    resolve(await app().client.views.open({ trigger_id: body.trigger_id, view }));
  });
  await slack().click({ message: ts, label: name });
  await promise;
}

describe("a field of an open window", () => {
  const menu = (block_id: string, more: object = {}): ModalView["blocks"][number] => ({
    type: "input",
    block_id,
    label: plain("How wide"),
    dispatch_action: true,
    element: {
      type: "static_select",
      action_id: "wide",
      options: [
        { text: plain("One"), value: "1" },
        { text: plain("All"), value: "all" },
      ],
    },
    ...more,
  });
  const heard = async (title: string, more: object = {}): Promise<BlockAction[]> => {
    const all: BlockAction[] = [];
    app().action<BlockAction>("wide", async ({ ack, body }) => {
      await ack();
      all.push(body);
    });
    await opened(windowOf(title, [field("why", "Why"), menu("m", more)]));
    return all;
  };

  it("that dispatches tells the app at once, with what stands in the others", async () => {
    const all = await heard("Told");
    await slack().choose({ label: "Why", value: "because" });
    await slack().choose({ label: "How wide", value: "All" });
    const [body] = all;
    expect(body).toMatchObject({
      type: "block_actions",
      container: { type: "view", view_id: slack().openModal()?.id },
      view: {
        hash: slack().openModal()?.hash,
        state: { values: { why: { text: { value: "because" } }, m: { wide: { selected_option: { value: "all" } } } } },
      },
      actions: [{ type: "static_select", block_id: "m", action_id: "wide", selected_option: { value: "all" } }],
    });
    expect(body).not.toHaveProperty("message");
  });
  it("that does not dispatch tells nobody", async () => {
    const all = await heard("Quiet", { dispatch_action: false });
    await slack().choose({ label: "How wide", value: "All" });
    expect(all).toEqual([]);
  });
  it("keeps what was chosen when the window is changed, unless it is another field then", async () => {
    const views: SlackViewAction[] = [];
    app().view("Kept", async ({ ack, body }) => {
      views.push(body);
      await ack({ response_action: "errors", errors: { why: "Once more." } });
    });
    await heard("Kept");
    const { id = "" } = slack().openModal() ?? {};
    await slack().choose({ label: "How wide", value: "All" });
    await app().client.views.update({ view_id: id, view: windowOf("Kept", [field("why", "Why"), menu("m")]) });
    await slack().submit({ values: { Why: "because" } });
    await app().client.views.update({
      view_id: id,
      view: windowOf("Kept", [field("why", "Why"), menu("n", { optional: true })]),
    });
    await slack().submit({ values: { Why: "because" } });
    expect(views.map(({ view }) => view.state.values)).toMatchObject([
      { m: { wide: { selected_option: { value: "all" } } } },
      { n: { wide: { selected_option: null } } },
    ]);
  });
  it("offers what it offers", async () => {
    await heard("Wrong");
    await expect(slack().choose({ label: "How wide", value: "For ever" })).rejects.toThrow(
      'there is no choice "For ever"; there are One, All',
    );
  });
});
