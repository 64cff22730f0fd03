import * as library from "@kurrent/kurrentdb-client";
import { check } from "./checks.js";

check(library, {
  connect: (url) => library.KurrentDBClient.connectionString(url),
  expecting: (revision) => ({ streamState: revision }),
  actual: (error) => error.actualState,
});
