// Whether the window is as wide as a table needs, and no phone's.
import { useMediaQuery } from "@mantine/hooks";

export function useWide() {
  return useMediaQuery("(min-width: 48em)", undefined, { getInitialValueInEffect: false });
}
