import type { Rule } from "./rule.ts";

const MOST = 300;

/** A file past 300 lines is asked why; its first line answers: `// long: the reason`. */
export const shortFiles: Rule = {
  create(context) {
    return {
      Program(node) {
        const { lines } = context.sourceCode;
        const count = lines.at(-1) === "" ? lines.length - 1 : lines.length;
        if (count <= MOST || /^\/\/ long: \S/.test(lines[0] ?? "")) return;
        context.report({
          node,
          message: `This file has ${count} lines, more than ${MOST}: split it, or begin it with "// long: the reason".`,
        });
      },
    };
  },
};
