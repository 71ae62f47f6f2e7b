// What goes in and what comes out: each field with its type, its limits and what it is.
import { Badge, Code, Group, Stack, Text, Title } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import { hasName, useNames } from "../texts/names";
import { type Field, plain } from "./document";
import type { Document, Schema } from "./openapi";
import { Words } from "./prose";

function limitsOf(t: TFunction, schema: Schema): string[] {
  const { minLength, maxLength, minimum, maximum, minItems, maxItems, default: usual } = schema;
  const out: string[] = [];
  const between = (
    least: number | undefined,
    most: number | undefined,
    unit: "characters" | "numbers" | "items",
  ) => {
    if (least !== undefined && most !== undefined)
      out.push(t(`developers.limits.${unit}.between`, { least, most }));
    else if (most !== undefined) out.push(t(`developers.limits.${unit}.most`, { most }));
    else if (least !== undefined) out.push(t(`developers.limits.${unit}.least`, { least }));
  };
  between(minLength, maxLength, "characters");
  between(minimum, maximum, "numbers");
  between(minItems, maxItems, "items");
  if (usual !== undefined) out.push(t("developers.limits.usual", { value: String(usual) }));
  return out;
}

/** "a list of ids", "a time, or null" */
function useTypes(document: Document) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const wordOf = (given: Schema): string => {
    const schema = plain(document, given);
    const name = given.$ref?.split("/").pop() ?? "";
    if (schema.items) return t("developers.listOf", { what: wordOf(schema.items) });
    if (schema.pattern?.includes("[0-9]")) return nameOf("types", "id");
    if (schema.format === "date-time") return nameOf("types", "time");
    if (schema.enum) return nameOf("types", "choice");
    const type = String(schema.type ?? "any");
    return hasName("types", type) ? nameOf("types", type) : name || type;
  };
  return (given: Schema) =>
    plain(document, given).nullable ? t("developers.orNull", { what: wordOf(given) }) : wordOf(given);
}

/** `given`: one gives them oneself, so it is said which must be there. */
export function Fields(props: { title: string; fields: Field[]; document: Document; given?: boolean }) {
  const { title, fields, document, given } = props;
  const { t } = useTranslation();
  const typeOf = useTypes(document);
  if (fields.length === 0) return null;
  return (
    <div>
      <Title order={4} size="sm" mb={4}>
        {title}
      </Title>
      <Stack component="ul" gap={6} p={0} m={0} style={{ listStyle: "none" }}>
        {fields.map(({ name, schema, required }) => {
          const shown = plain(document, schema);
          const about = schema.description ?? shown.description;
          const limits = limitsOf(t, shown);
          const choices = shown.enum ?? (shown.items && plain(document, shown.items).enum);
          return (
            <li key={name}>
              <Group gap="xs">
                <Code style={{ overflowWrap: "anywhere" }}>{name}</Code>
                <Text size="xs" c="dimmed">
                  {[typeOf(schema), ...limits].join(", ")}
                </Text>
                {choices && (
                  <Text size="xs" style={{ overflowWrap: "anywhere" }}>
                    {choices.join(" · ")}
                  </Text>
                )}
                {given && required && (
                  <Badge size="xs" variant="light" color="gray">
                    {t("developers.required")}
                  </Badge>
                )}
              </Group>
              {about && (
                <Text size="xs" style={{ overflowWrap: "anywhere" }}>
                  <Words text={about} />
                </Text>
              )}
            </li>
          );
        })}
      </Stack>
    </div>
  );
}
