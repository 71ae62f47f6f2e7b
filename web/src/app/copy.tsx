// Something to be pasted elsewhere, with a button that copies it.
import { Code, CopyButton, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { Act } from "./act";

/** `of`: what it copies, for who does not see it beside the button. */
export function Copy({ value, of }: { value: string; of?: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Act act={copy} label={of && !copied ? t("app.copyThis", { what: of }) : undefined}>
          {copied ? t("app.copied") : t("app.copy")}
        </Act>
      )}
    </CopyButton>
  );
}

export function Copied({ value, of }: { value: string; of?: string }) {
  return (
    <Group gap="xs" wrap="nowrap">
      <Code py={4} style={{ overflowWrap: "anywhere" }}>
        {value}
      </Code>
      <Copy value={value} of={of} />
    </Group>
  );
}
