// What a browser is called by people. What it calls itself is long and says little.
import { useTranslation } from "react-i18next";

// In this order, because most also claim to be those after them.
const browsers = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/Chrome\//, "Chrome"],
  [/Safari\//, "Safari"],
] as const;
const systems = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
] as const;

/** Gives a function from what a browser calls itself to its name; anything else stays as it is. */
export function useAgents() {
  const { t } = useTranslation();
  return (agent: string): string => {
    const browser = browsers.find(([sign]) => sign.test(agent))?.[1];
    const system = systems.find(([sign]) => sign.test(agent))?.[1];
    if (browser && system) return t("account.sessions.on", { browser, system });
    return browser ?? (agent || t("account.sessions.unknown"));
  };
}
