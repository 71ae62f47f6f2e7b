// The API, typed by its document. A session's changes carry the token that other sites cannot know.
import createClient from "openapi-fetch";

import type { components, paths } from "../generated/schema";

export type Schemas = components["schemas"];

let csrfToken = "";
export function useCsrfToken(token: string | null | undefined) {
  csrfToken = token ?? "";
}

export const client = createClient<paths>({ baseUrl: "/" });
client.use({
  onRequest({ request }) {
    if (request.method !== "GET") request.headers.set("X-CSRF-Token", csrfToken);
    return request;
  },
});

/** What went wrong: the answer's status (0: there was none), and the server's own sentence if it sent one. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly sentence?: string,
    readonly field?: string,
  ) {
    super(sentence ?? `status ${status}`);
  }
}

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The body of a good answer; throws ApiError for any other. */
export async function take<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer.catch(() => {
    throw new ApiError(0);
  });
  if (response.ok) return data as T;
  const problem = error as Partial<Schemas["Problem"]> | undefined;
  throw new ApiError(response.status, problem?.detail, problem?.field);
}
