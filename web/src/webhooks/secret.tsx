// A webhook's secret, the only time that it is shown, and giving a webhook a new one.
import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { Copied } from "../app/copy";
import { Failure } from "../app/parts";
import type { useActs } from "./api";
import { Steps } from "./verifying";

/** As app/confirm's, but a click beside it does not lose a secret that is shown. */
export function SecretDialog(props: {
  title: string;
  opened: boolean;
  close: () => void;
  shown: boolean;
  children: ReactNode;
}) {
  const { title, opened, close, shown, children } = props;
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={title}
      closeOnClickOutside={!shown}
      closeButtonProps={{ "aria-label": t("app.close") }}
      styles={{ title: { lineHeight: 1.4, fontWeight: 600, overflowWrap: "anywhere" } }}
      size="lg"
      centered
    >
      <Stack>{children}</Stack>
    </Modal>
  );
}

export function Secret({ secret, done }: { secret: string; done: () => void }) {
  const { t } = useTranslation();
  const first = useRef<HTMLDivElement>(null);
  // What was asked for has gone with its button: here it goes on, also for who hears it.
  useEffect(() => first.current?.focus(), []);
  return (
    <>
      <Alert
        color="yellow"
        variant="light"
        title={t("webhooks.secret.copyNow")}
        role="group"
        ref={first}
        tabIndex={-1}
        style={{ outline: "none" }}
      >
        {t("webhooks.secret.lost")}
      </Alert>
      <div>
        <Text size="sm" fw={500}>
          {t("webhooks.secret.secret")}
        </Text>
        <Copied value={secret} of={t("webhooks.secret.secret")} />
      </div>
      <Steps />
      <Group justify="flex-end">
        <Button onClick={done}>{t("webhooks.secret.done")}</Button>
      </Group>
    </>
  );
}

/** Asks first. Closed, the secret is forgotten here, too. `signsTwice`: the one before the last still works. */
export function Rotation(props: {
  rotate: ReturnType<typeof useActs>["rotate"];
  signsTwice: boolean;
  opened: boolean;
  close: () => void;
}) {
  const { rotate, signsTwice, opened, close } = props;
  const { t } = useTranslation();
  const [secret, setSecret] = useState<string>();
  const end = () => {
    close();
    rotate.reset();
    setSecret(undefined);
  };
  return (
    <SecretDialog title={t("webhooks.secret.rotating")} opened={opened} close={end} shown={!!secret}>
      {secret ? (
        <>
          <Text size="sm">{t("webhooks.secret.meanwhile")}</Text>
          <Secret secret={secret} done={end} />
        </>
      ) : (
        <>
          {rotate.isError && <Failure error={rotate.error} />}
          <Text size="sm">{t("webhooks.secret.rotatingMeans")}</Text>
          {signsTwice && (
            <Alert color="yellow" variant="light">
              {t("webhooks.secret.signsTwice")}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={end} data-autofocus>
              {t("app.cancel")}
            </Button>
            <Button
              loading={rotate.isPending}
              onClick={() => rotate.mutate(undefined, { onSuccess: (made) => setSecret(made.secret) })}
            >
              {t("webhooks.secret.rotate")}
            </Button>
          </Group>
        </>
      )}
    </SecretDialog>
  );
}
