// The parts of OpenAPI 3.1 that our document uses, and the module that vite makes of it (vite.config.ts).
export type Schema = {
  $ref?: string;
  type?: string | string[];
  enum?: string[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  description?: string;
  default?: unknown;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
};

export type Parameter = {
  $ref?: string;
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  description?: string;
  schema: Schema;
};

type Content = Record<string, { schema?: Schema }>;

export type Operation = {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  "x-access": string;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, { $ref?: string; description?: string; content?: Content }>;
};

export type Path = { parameters?: Parameter[] } & Partial<
  Record<"get" | "post" | "put" | "patch" | "delete", Operation>
>;

export type Document = {
  info: { title: string; version: string; description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Path>;
  components: { schemas: Record<string, Schema>; parameters: Record<string, Parameter> };
};
