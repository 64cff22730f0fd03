// Package task is an on-site intervention: its plan, the worksheet that the
// technician fills in and the signature of the customer under one version of
// it (requirements F-01 to F-15, domain.md 2.10 and 3.5).
//
//	new ──assign + schedule──▶ planned ──start──▶ in_progress ──complete──▶ done
//	 │                            │             ▲  │                         │
//	 │                            │             └──┼─────────reopen──────────┘
//	 └────────────────────────────┴─────cancel─────┴──▶ cancelled
//
// What always holds:
//
//   - Each save of the worksheet is a version with a hash of its own, over what is
//     filled in, the materials and the time worked by then. A signature stands
//     under one version and names its hash, so a change after signing (also of the
//     materials, or more work) needs a new version and a new signature.
//   - The customer sees a version once it was shared with them, signed, or the work
//     was done with it; what is saved after that is a version that they do not see.
//   - No signature is ever lost or altered. It is superseded by a later version
//     or by reopening the task, and then counts no more.
//   - Where the project demands a signature, no task is done whose current
//     worksheet lacks one.
//   - The project's flags and the template's fields are those of the day the task
//     was made; later changes to them do not reach it.
//
// The rules load nothing: that project, customer and template exist
// (project_not_found, template_not_found), the caller has checked. That a
// technician has one running timer only, package technician guards: it grants
// the timer that Begin lets run.
package task
