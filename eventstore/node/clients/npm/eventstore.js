import * as library from "@eventstore/db-client";
import { check } from "./checks.js";

check(library, {
  connect: (url) => library.EventStoreDBClient.connectionString(url),
  expecting: (revision) => ({ expectedRevision: revision }),
  actual: (error) => error.actualVersion,
});
