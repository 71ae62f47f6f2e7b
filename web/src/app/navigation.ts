// Where one can go: the pages of an organization that the viewer may see, and those of operators.
import { useTranslation } from "react-i18next";

import type { IconName } from "./icons";
import type { OwnOrganization } from "./queries";

export type Place = { href: string; label: string; icon: IconName; exact?: boolean };

const sections = [
  { path: "matches", needs: "organization.read", icon: "match" },
  { path: "match-voice", needs: "organization.read", icon: "voice" },
  { path: "members", needs: "organization.read", icon: "people" },
  { path: "players", needs: "matches.operate", icon: "player" },
  { path: "servers", needs: "organization.read", icon: "server" },
  { path: "doctor", needs: "match_voice.manage", icon: "doctor" },
  { path: "jobs", needs: "work.manage", icon: "work" },
  { path: "webhooks", needs: "work.manage", icon: "webhook" },
  { path: "audit", needs: "audit.read", icon: "history" },
  { path: "settings", needs: "organization.read", icon: "settings" },
] as const;

/** Of an organization: its home, and what the viewer may see. */
export function usePlacesOf(organization: OwnOrganization | undefined): Place[] {
  const { t } = useTranslation();
  if (!organization) return [];
  const base = `/o/${organization.slug}`;
  const seen = sections.filter(({ needs }) => organization.permissions.includes(needs));
  return [
    { href: base, label: t("app.sections.home"), icon: "home", exact: true },
    ...seen.map(({ path, icon }) => ({ href: `${base}/${path}`, label: t(`app.sections.${path}`), icon })),
  ];
}

const operators = [
  { path: "organizations", icon: "organizations" },
  { path: "requests", icon: "requests" },
  { path: "tasks", icon: "tasks" },
  { path: "jobs", icon: "work" },
  { path: "log", icon: "log" },
  { path: "support", icon: "support" },
] as const;

export function useAdminPlaces(): Place[] {
  const { t } = useTranslation();
  return [
    { href: "/admin", label: t("app.admin.overview"), icon: "home", exact: true },
    ...operators.map(({ path, icon }) => ({ href: `/admin/${path}`, label: t(`app.admin.${path}`), icon })),
  ];
}
