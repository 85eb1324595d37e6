// What Python puts into constants.js, which it writes when the app starts (lab/chart/modules.py): for editors alone.

/** Colours of the light palette and their dark partners. */
export const DARK: Record<string, string>;
/** Where Plotly.js is. */
export const PLOTLY_URL: string;
/** Whom to tell that charts asked for ahead are drawn. */
export const DRAWN_URL: string;
/** Names of all modules but the entry. */
export const MODULES: string[];
/** Fields of `meta`, see lab/chart/meta.py. */
export const META: Record<"trace" | "layout", Record<string, { required: string[]; optional: string[] }>>;
