// Small parts that every page uses: loading, errors, emptiness, titles, times.
import { Alert, Button, Center, Group, Loader, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import { Component, Suspense, useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../api/client";
import { formatsOf } from "../texts/formats";
import { type Language, useLanguage } from "../texts/language";

export function Loading() {
  const { t } = useTranslation();
  return (
    <Center py="xl" role="status">
      <Loader aria-hidden />
      <VisuallyHidden>{t("app.loading")}</VisuallyHidden>
    </Center>
  );
}

/** What the server wrote itself, which is English: told to screen readers where the page is not. */
export function FromServer({ children }: { children: ReactNode }) {
  return useLanguage() === "en" ? children : <span lang="en">{children}</span>;
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const explain = () => {
    if (!(error instanceof ApiError)) return t("app.fault");
    if (error.sentence) return <FromServer>{error.sentence}</FromServer>;
    return error.status === 0 ? t("app.offline") : t("app.answered", { status: error.status });
  };
  return (
    <Alert color="red" title={t("app.failed")} role="alert">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{explain()}</Text>
        {retry && (
          <Button size="xs" variant="light" color="red" onClick={retry}>
            {t("app.tryAgain")}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

type Asked = { isError: boolean; error: unknown; refetch: () => unknown };

/** In place of what was asked for and is not there yet. What is there stays, also if asking again fails. */
export function Waiting({ query }: { query: Asked }) {
  if (!query.isError) return <Loading />;
  return <Failure error={query.error} retry={() => void query.refetch()} />;
}

/** Catches what a page throws; also that it could not be fetched, as after an update of the server. */
class Faults extends Component<{ children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {};
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  override render() {
    if (this.state.error === undefined) return this.props.children;
    return <Failure error={this.state.error} retry={() => window.location.reload()} />;
  }
}

/** Around a page, which is fetched when it is opened. `at`: its address; another one begins anew. */
export function Page({ at, children }: { at: string; children: ReactNode }) {
  return (
    <Faults key={at}>
      <Suspense fallback={<Loading />}>{children}</Suspense>
    </Faults>
  );
}

/** `whole`: it is all that the page says. */
export function Empty(props: { title: string; whole?: boolean; children?: ReactNode }) {
  const { title, whole, children } = props;
  return (
    <Center py="xl">
      <Stack gap="xs" align="center" maw={420} ta="center">
        {whole ? <PageTitle title={title} /> : <Text fw={600}>{title}</Text>}
        <Text c="dimmed" size="sm" component="div">
          {children}
        </Text>
      </Stack>
    </Center>
  );
}

let opened = false; // the first page is announced by the browser itself

/** Names the page to everybody: above it, in the browser's tab, and to who hears it after going to another one. */
export function PageTitle({
  title,
  about,
  children,
}: {
  title: string;
  about?: ReactNode;
  children?: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Matchday`;
  }, [title]);
  useEffect(() => {
    const within = document.activeElement?.closest("main");
    if (opened && !within) heading.current?.focus({ preventScroll: true });
    opened = true;
  }, []);
  return (
    <div>
      <Group justify="space-between" gap="sm">
        <Title order={1} size="h2" ref={heading} tabIndex={-1} style={{ overflowWrap: "anywhere" }}>
          {title}
        </Title>
        {children}
      </Group>
      {about && (
        <Text c="dimmed" size="sm" mt={4} component="div">
          {about}
        </Text>
      )}
    </div>
  );
}

/** Re-renders once a second, for texts that say how long ago. */
function useSecond() {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
}

function ago(at: Date, relative: Intl.RelativeTimeFormat): string {
  const seconds = Math.round((at.getTime() - Date.now()) / 1000);
  const [unit, size] = (
    [
      ["day", 86_400],
      ["hour", 3600],
      ["minute", 60],
    ] as const
  ).find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return relative.format(Math.round(seconds / size), unit);
}

/** An instant in the viewer's own zone: how long ago, and exactly when one points at it. `language`: of the sentence
    that it stands in, if that is not the page's. */
export function When({ at, language }: { at: string | Date; language?: Language }) {
  useSecond();
  const viewers = useLanguage();
  const { relative, exact } = formatsOf(language ?? viewers);
  const date = typeof at === "string" ? new Date(at) : at;
  return (
    <time dateTime={date.toISOString()} title={exact.format(date)}>
      {ago(date, relative)}
    </time>
  );
}
