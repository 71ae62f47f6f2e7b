// The question before something that cannot be taken back.
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

export function Dialog(props: { title: string; opened: boolean; close: () => void; children: ReactNode }) {
  const { title, opened, close, children } = props;
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={title}
      closeButtonProps={{ "aria-label": t("app.close") }}
      styles={{ title: { lineHeight: 1.4, fontWeight: 600, overflowWrap: "anywhere" } }}
      centered
    >
      <Stack>{children}</Stack>
    </Modal>
  );
}

export function Confirm(props: {
  title: string;
  /** What follows from it. */
  children: ReactNode;
  /** On the button that does it, and on the other one. */
  action: string;
  keep?: string;
  opened: boolean;
  close: () => void;
  confirm: () => void;
  /** It can be undone: the button is not red. */
  harmless?: boolean;
}) {
  const { title, children, action, keep, opened, close, confirm, harmless } = props;
  const { t } = useTranslation();
  return (
    <Dialog title={title} opened={opened} close={close}>
      <Text size="sm">{children}</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={close} data-autofocus>
          {keep ?? t("app.cancel")}
        </Button>
        <Button
          color={harmless ? undefined : "red"}
          onClick={() => {
            close();
            confirm();
          }}
        >
          {action}
        </Button>
      </Group>
    </Dialog>
  );
}
