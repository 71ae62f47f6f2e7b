// Making a webhook: what it shall be, then its secret, which is shown once.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";

import type { OwnOrganization } from "../app/queries";
import { useMake } from "./api";
import { empty, Form } from "./form";
import { Secret, SecretDialog } from "./secret";

export function Make(props: { organization: OwnOrganization; opened: boolean; close: () => void }) {
  const { organization, opened, close } = props;
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const make = useMake(organization);
  const [made, setMade] = useState<{ id: string; secret: string }>();
  const end = () => {
    close();
    make.reset();
    if (!made) return;
    setMade(undefined);
    navigate(`/o/${organization.slug}/webhooks/${made.id}`);
  };
  return (
    <SecretDialog
      title={t(made ? "webhooks.secret.made" : "webhooks.adding")}
      opened={opened}
      close={end}
      shown={made !== undefined}
    >
      {made ? (
        <Secret secret={made.secret} done={end} />
      ) : (
        <Form
          initial={empty}
          action={t("webhooks.make")}
          busy={make.isPending}
          error={make.error}
          submit={(wanted) => make.mutate(wanted, { onSuccess: ({ id, secret }) => setMade({ id, secret }) })}
          cancel={end}
        />
      )}
    </SecretDialog>
  );
}
