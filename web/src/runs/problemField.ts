import type { Problem } from '../api/client';

export type Field = 'repository' | 'prompt' | 'variations' | 'agent' | 'model' | 'temperature' | 'maxTokens' | 'baseRef' | 'image';

const NAMES: [RegExp, Field][] = [
  [/prompt|body-too-large/i, 'prompt'],
  [/max[-_]?tokens/i, 'maxTokens'],
  [/temperature/i, 'temperature'],
  [/base[-_]?ref/i, 'baseRef'],
  [/image/i, 'image'],
  [/github_url|repositor/i, 'repository'],
  [/model/i, 'model'],
  [/agent/i, 'agent'],
  [/variations/i, 'variations'],
];

/** The field of the form that a problem is about; null when it is about none of them. */
export function fieldOf(problem: Problem): Field | null {
  if (problem.status !== 400 && problem.status !== 413 && problem.status !== 422) {
    return null;
  }
  // The type's last part names the kind of problem for good; the words around it are for people and may change.
  const kind = problem.type.slice(problem.type.lastIndexOf('/') + 1);
  for (const text of [problem.field ?? '', kind, problem.title, problem.detail]) {
    const known = NAMES.find(([name]) => name.test(text));
    if (known !== undefined) {
      return known[1];
    }
  }
  return null;
}
