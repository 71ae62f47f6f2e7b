// Joining an organization by an invitation.
import { Button, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";

import { client, take } from "../api/client";
import { Failure, Loading } from "../app/parts";
import { SignInButton } from "../app/public_frame";
import { useNames } from "../texts/names";

export default function Invitation({ code, signedIn }: { code: string; signedIn: boolean }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ["invite", code],
    queryFn: () => take(client.GET("/api/invites/{code}", { params: { path: { code } } })),
    retry: false,
  });
  const accept = useMutation({
    mutationFn: () => take(client.POST("/api/invites/{code}/accept", { params: { path: { code } } })),
    onSuccess: async ({ slug }) => {
      await queries.invalidateQueries({ queryKey: ["organizations"] });
      navigate(`/o/${slug}`);
    },
  });
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failure error={query.error} />;
  return (
    <Stack align="center" py="xl" px="md">
      <Title order={1} size="h2" ta="center" style={{ overflowWrap: "anywhere" }}>
        {t("account.invitation.title", { organization: query.data.organization.name })}
      </Title>
      <Text c="dimmed">{t("account.invitation.role", { role: nameOf("roles", query.data.role) })}</Text>
      {accept.isError && <Failure error={accept.error} />}
      {signedIn ? (
        <Button size="md" onClick={() => accept.mutate()} loading={accept.isPending}>
          {t("account.invitation.join")}
        </Button>
      ) : (
        <SignInButton>{t("account.invitation.signIn")}</SignInButton>
      )}
    </Stack>
  );
}
