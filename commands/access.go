package commands

import (
	_ "embed"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/team"
)

// accessTSV is the table of access: a row for every operation of the API.
//
//go:embed access.tsv
var accessTSV string

// Scope says whose an operation's documents are.
type Scope string

// The scopes.
const (
	Open     Scope = "open"     // for everybody, known or not
	Self     Scope = "self"     // for every caller, about what they did themselves
	Company  Scope = "company"  // of no team: for everybody in the company who has the role
	OfTeam   Scope = "team"     // of a team, or made from a ticket of it: for callers who work for that team
	Customer Scope = "customer" // of a customer: for the contacts of the commercial entity
)

// Access is a row of the table. To somebody from outside the company the
// operations of its people do not exist, nor does what is another team's to a
// caller who is limited to teams.
type Access struct {
	Operation string // method and path, such as "GET /v1/tickets/{id}"
	Command   string // that the operation gives, "" for a read
	Scope     Scope
	// Roles may do it; admins may do everything. Everybody stands for all of the
	// company. Granted adds those to whom the document was granted (P-16).
	Roles     []accesstoken.Role
	Everybody bool
	Granted   bool
	// Service must be enabled for the ticket's team; "" for none.
	Service team.Service
	// Unticketed are the roles that work with documents that were made from no
	// ticket. Callers who are limited to teams need one of them to see these.
	Unticketed []accesstoken.Role
}

var (
	operations = parseAccess(accessTSV)
	byCommand  = rowsByCommand(operations)
)

// Operations is the whole table, in no order.
func Operations() iter.Seq[Access] { return maps.Values(operations) }

// AccessTo is the row of an operation, and whether there is one.
func AccessTo(operation string) (Access, bool) {
	a, ok := operations[operation]
	return a, ok
}

// Admits refuses a principal who may not do the operation to any document: with
// not_found whom it does not exist for, with forbidden who lacks the role.
func (a Access) Admits(p Principal) error {
	switch {
	case a.Scope == Open || a.Scope == Self:
		return nil
	case a.Scope == Customer:
		if !p.IsCustomer() {
			return aggregates.Refuse("forbidden")
		}
		return nil
	case !p.Internal():
		return aggregates.Refuse("not_found")
	case !a.Granted && !a.Covers(p):
		return aggregates.Refuse("forbidden")
	}
	return nil
}

// Covers says whether the principal has a role that needs no grant.
func (a Access) Covers(p Principal) bool { return a.Everybody || p.Has(a.Roles...) }

// SeesUnticketed says whether the principal sees what was made from no ticket.
func (a Access) SeesUnticketed(p Principal) bool {
	return len(p.Teams) == 0 || p.Has(a.Unticketed...)
}

// authorise refuses a principal without a role for the command.
func (x *execution) authorise() error { return byCommand[x.command].Admits(x.req.Principal) }

// MayPost says whether the principal may post accounting documents (R-21,
// domain.md 3.1 rule 14).
func (p Principal) MayPost() bool { return byCommand["post-credit-note"].Covers(p) }

// MayUseCodes says whether the principal may see the codes of coupons: whoever
// may send them.
func (p Principal) MayUseCodes() bool { return byCommand["email-coupon"].Covers(p) }

func parseAccess(tsv string) map[string]Access {
	lines := strings.Split(strings.TrimSpace(tsv), "\n")
	table := make(map[string]Access, len(lines))
	for _, line := range lines[1:] {
		a, err := parseRow(line)
		if _, twice := table[a.Operation]; err != nil || twice {
			panic(fmt.Sprintf("access.tsv: %q: %v", line, err)) // it is part of the program
		}
		table[a.Operation] = a
	}
	return table
}

// parseRow reads a row; "-" is an empty cell.
func parseRow(line string) (a Access, err error) {
	cells := strings.Split(line, "\t")
	if len(cells) != 6 {
		return a, fmt.Errorf("%d cells", len(cells))
	}
	for i, cell := range cells {
		cells[i] = strings.TrimPrefix(cell, "-")
	}
	a = Access{Operation: cells[0], Command: cells[1], Scope: Scope(cells[3]), Service: team.Service(cells[4])}
	if !slices.Contains([]Scope{Open, Self, Company, OfTeam, Customer}, a.Scope) || a.Service != "" && !a.Service.Known() {
		return a, fmt.Errorf("scope %q or service %q", a.Scope, a.Service)
	}
	for name := range strings.FieldsSeq(cells[2]) {
		switch role := accesstoken.Role(name); {
		case name == "*":
			a.Everybody = true
		case name == "granted":
			a.Granted = true
		case role.Known():
			a.Roles = append(a.Roles, role)
		default:
			return a, fmt.Errorf("role %q", name)
		}
	}
	for name := range strings.FieldsSeq(cells[5]) {
		if !accesstoken.Role(name).Known() {
			return a, fmt.Errorf("role %q", name)
		}
		a.Unticketed = append(a.Unticketed, accesstoken.Role(name))
	}
	return a, nil
}

func rowsByCommand(all map[string]Access) map[string]Access {
	rows := make(map[string]Access, len(all))
	for _, a := range all {
		if a.Command != "" {
			rows[a.Command] = a
		}
	}
	return rows
}
