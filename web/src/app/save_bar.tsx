// Under a form: saving what was changed in it, or forgetting that. While something is, it stays in sight.
import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function SaveBar(props: {
  changed: boolean;
  saving: boolean;
  saved: boolean;
  save: () => void;
  discard: () => void;
}) {
  const { changed, saving, saved, save, discard } = props;
  const { t } = useTranslation();
  return (
    <Group className={changed ? "save-bar" : undefined}>
      <Button onClick={save} disabled={!changed} loading={saving}>
        {t("app.save")}
      </Button>
      <Button variant="default" onClick={discard} disabled={!changed}>
        {t("app.discard")}
      </Button>
      <Text size="sm" c="dimmed" role="status">
        {saved && !changed && t("app.saved")}
      </Text>
    </Group>
  );
}
