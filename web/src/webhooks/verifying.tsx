// How a receiver knows that a message comes from here: in short, and as code to begin with. More: docs/WEBHOOKS.md and
// the specification that both follow.
import { Anchor, Code, List, Tabs, Text } from "@mantine/core";
import { Trans, useTranslation } from "react-i18next";
import { Link } from "wouter";

import { Copy } from "../app/copy";
import { Section } from "../app/section";

const specification = "https://www.standardwebhooks.com";

const samples = {
  "Node.js": `import { createHmac, timingSafeEqual } from "node:crypto";

// body: the bytes as they came, before parsing
function verify(secret, headers, body) {
  const id = headers["webhook-id"], sentAt = headers["webhook-timestamp"];
  if (Math.abs(Date.now() / 1000 - Number(sentAt)) > 300) return false;
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const mac = createHmac("sha256", key).update(\`\${id}.\${sentAt}.\`).update(body).digest("base64");
  const expected = Buffer.from(\`v1,\${mac}\`);
  return headers["webhook-signature"].split(" ").map((given) => Buffer.from(given))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
}`,
  Python: `import base64, hashlib, hmac, time

# body: the bytes as they came, before parsing
def verify(secret, headers, body):
    if abs(time.time() - int(headers["webhook-timestamp"])) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f'{headers["webhook-id"]}.{headers["webhook-timestamp"]}.'.encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(expected, given) for given in headers["webhook-signature"].split(" "))`,
} as const;
const languages = Object.keys(samples) as (keyof typeof samples)[];

/** What a receiver does with the secret. */
export function Steps() {
  const { t } = useTranslation();
  return (
    <div>
      <Text size="sm" fw={500}>
        {t("webhooks.verify.title")}
      </Text>
      <List size="sm" type="ordered" spacing={4} mt={4}>
        <List.Item>{t("webhooks.verify.keep")}</List.Item>
        <List.Item>
          <Trans
            i18nKey="webhooks.verify.library"
            components={{
              specification: (
                <Anchor href={specification} target="_blank" rel="noreferrer" size="sm" underline="always">
                  Standard Webhooks
                </Anchor>
              ),
            }}
          />
        </List.Item>
        <List.Item>{t("webhooks.verify.answer")}</List.Item>
      </List>
    </div>
  );
}

export function Verifying() {
  const { t } = useTranslation();
  return (
    <Section
      id="verify"
      title={t("webhooks.verify.section")}
      about={
        <>
          {t("webhooks.verify.about")}{" "}
          <Anchor component={Link} href="/developers#webhooks" size="sm" underline="always">
            {t("webhooks.verify.reference")}
          </Anchor>
        </>
      }
    >
      <div style={{ marginTop: "var(--mantine-spacing-sm)" }}>
        <Steps />
      </div>
      <Tabs defaultValue={languages[0]} mt="md" keepMounted={false}>
        <Tabs.List aria-label={t("webhooks.verify.languages")}>
          {languages.map((language) => (
            <Tabs.Tab key={language} value={language}>
              {language}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {languages.map((language) => (
          <Tabs.Panel key={language} value={language} pt="sm">
            <Code
              block
              tabIndex={0}
              role="region"
              aria-label={t("webhooks.verify.sample", { language })}
              fz={12}
              mb="xs"
            >
              {samples[language]}
            </Code>
            <Copy value={samples[language]} of={t("webhooks.verify.sample", { language })} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Section>
  );
}
