import { readSynonyms, type Synonym } from "./dictionary.ts";
import type { Rule } from "./rule.ts";

/** People read one word per idea. The words are those of docs/dictionary.md, read when the rule starts. */
export function oneWordPerIdea(synonyms: () => readonly Synonym[]): Rule {
  return {
    create(context) {
      const judge = (node: { readonly range: [number, number] }, text: string): void => {
        for (const { never, instead } of synonymsIn(text, synonyms())) {
          context.report({ node, message: `People are told "${instead}", never "${never}" (docs/dictionary.md).` });
        }
      };
      return {
        Literal(node) {
          const isName =
            node.parent.type === "ImportDeclaration" ||
            node.parent.type === "ImportExpression" ||
            (node.parent.type === "Property" && node.parent.key === node);
          if (typeof node.value === "string" && !isName && isForPeople(node.value)) judge(node, node.value);
        },
        TemplateLiteral(node) {
          const text = node.quasis.map(({ value }) => value.cooked ?? value.raw).join(" … ");
          if (isForPeople(text)) judge(node, text);
        },
      };
    },
  };
}

/** The synonyms in a text, outside of what it quotes as code and of the names of commands. A plural counts as the word. */
export function synonymsIn(text: string, synonyms: readonly Synonym[]): readonly Synonym[] {
  const words = text
    .replaceAll(/`[^`]*`/g, " ")
    .replaceAll(/\bposture [a-z]+/g, " ")
    .toLowerCase();
  return synonyms.filter(({ never }) => new RegExp(`(?<![\\w/.-])${escaped(never)}s?(?![\\w/-]|\\.\\w)`).test(words));
}

/** Told from ids and paths: people read sentences, and labels that begin with a capital. */
function isForPeople(text: string): boolean {
  return /[a-z] +\S|\S +[a-z]/i.test(text) || /^[A-Z][a-z]/.test(text);
}

function escaped(word: string): string {
  return word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** The words of this repository, read once. */
export function ofThisRepository(): () => readonly Synonym[] {
  let read: readonly Synonym[] | undefined;
  return () => (read ??= readSynonyms(new URL("../../../docs/dictionary.md", import.meta.url)));
}
