// A small button that does something to what it stands beside; larger where it is touched with a thumb.
import { Button } from "@mantine/core";
import type { ReactNode } from "react";

import { useWide } from "./wide";

export function Act(props: {
  act: () => void;
  /** It takes something away. */
  removes?: boolean;
  /** What it does and to what, where the word on it does not say. */
  label?: string;
  children: ReactNode;
}) {
  const { act, removes, label, children } = props;
  const size = useWide() ? "compact-sm" : "xs";
  return (
    <Button
      size={size}
      fz="xs"
      variant={removes ? "subtle" : "default"}
      color={removes ? "red" : undefined}
      onClick={act}
      aria-label={label}
      flex="none"
    >
      {children}
    </Button>
  );
}
