import type { PrivacyRule } from "./finding.ts";
import { accounts } from "./rules/accounts.ts";
import { addresses } from "./rules/addresses.ts";
import { ages } from "./rules/ages.ts";
import { dates } from "./rules/dates.ts";
import { emails } from "./rules/emails.ts";
import { ids } from "./rules/ids.ts";
import { institutions } from "./rules/institutions.ts";
import { ips } from "./rules/ips.ts";
import { names } from "./rules/names.ts";
import { nir } from "./rules/nir.ts";
import { phones } from "./rules/phones.ts";
import { records } from "./rules/records.ts";
import { ssn } from "./rules/ssn.ts";
import { urls } from "./rules/urls.ts";

/** All rules. Where two find the same part of a text, the first says what it is. */
export const privacyRules: readonly PrivacyRule[] = [
  emails,
  urls,
  ips,
  ssn,
  nir,
  records,
  ids,
  accounts,
  dates,
  phones,
  ages,
  names,
  institutions,
  addresses,
];
