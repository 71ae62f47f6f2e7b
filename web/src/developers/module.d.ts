// See openapi.d.ts: an ambient module can't stand in a file that exports types.
declare module "virtual:api-document" {
  const document: import("./openapi").Document;
  export default document;
}
