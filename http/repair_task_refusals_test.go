package http_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
)

// What breaks a rule of a repair is refused with the code of that rule, and
// nothing is written.
func TestBrokenRulesOfRepairs(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	agent, technician := as(s.token("agent-1", []string{"agent"}, nil)), as(s.token("technician-1", []string{"technician"}, nil))
	s.post("/v1/teams", m{"id": id("other team"), "name": "Sales"})
	elsewhere := as(s.token("mechanic-2", []string{"repair"}, m{"teams": []any{id("other team")}}))
	parts := m{"parts": []m{add("product", "2")}}
	draft, made := s.repaired("ticket", parts)
	part := s.get(draft, since(made)).text("parts.0.id")
	seen := s.seen(draft, made)
	working, _ := s.repaired("ticket", parts)
	s.post(working+"/start", m{"override": true})
	s.post(working+"/quote", nil)
	done, _ := s.repaired("ticket", m{})
	s.post(done+"/start", m{"override": true})
	s.post(done+"/end", nil)
	over, _ := s.repaired("ticket", m{})
	s.post(over+"/cancel", nil)
	of := func(name, path string, body any, status int, code, field string, o ...option) bad {
		return bad{name: name, path: path, body: body, status: status, code: code, field: field, options: o}
	}
	used := func(of, quantity string) m { return m{"parts": []m{{"id": of, "done_quantity": quantity}}} }
	edit := func(change m) m {
		p := add("product", "1")
		maps.Copy(p, change)
		return m{"parts": []m{p}}
	}
	table := []bad{
		of("parts without If-Match", draft+"/parts", parts, http.StatusPreconditionRequired, "precondition_required", ""),
		of("parts with a stale If-Match", draft+"/parts", parts, http.StatusPreconditionFailed, "stale_version", "", with("If-Match", `"0"`)),
		of("P-11 a negative part", draft+"/parts", edit(m{"quantity": "-1"}), unprocessable, "negative_quantity", "parts[0].quantity", seen),
		of("P-11 no kind", draft+"/parts", edit(m{"kind": ""}), unprocessable, "part_kind_required", "parts[0].kind", seen),
		of("P-11 no product", draft+"/parts", m{"parts": []m{{"kind": "add"}}}, unprocessable, "part_product_required", "parts[0].product", seen),
		of("an unknown product", draft+"/parts", edit(m{"product": id("nowhere")}), unprocessable, "product_not_found", "parts[0].product", seen),
		of("a part twice", draft+"/parts", m{"parts": []m{but(add("product", "1"), "id", part), but(add("product", "1"), "id", part)}}, unprocessable, "duplicate_line", "parts[1].id", seen),
		of("too dear", draft+"/parts", edit(m{"quantity": "999999999", "unit_price": "999999999"}), unprocessable, "amount_too_large", "parts", seen),
		of("an unknown currency", draft+"/parts", but(parts, "currency", "XXX"), unprocessable, "invalid_value", "parts", seen),
		of("another currency than the quotation's", working+"/parts", but(parts, "currency", "USD"), unprocessable, "currency_mismatch", "parts", s.seen(working, s.last())),
		of("no warranty", draft+"/warranty", nil, unprocessable, "required", "under_warranty"),
		of("P-13 missing stock", draft+"/confirm", nil, conflict, "insufficient_quantity_to_repair", ""),
		of("a lot of an untracked product", draft+"/confirm", m{"lot": id("lot"), "override": true}, unprocessable, "lot_not_applicable", "lot"),
		of("ended before it started", draft+"/end", nil, conflict, "repair_not_started", ""),
		of("no quotation to send", draft+"/quote/send", nil, missing, "quote_not_found", ""),
		of("no quotation to accept", draft+"/quote/accept", nil, missing, "quote_not_found", ""),
		of("P-14 a second quotation", working+"/quote", nil, conflict, "quote_already_exists", ""),
		of("an unknown part", working+"/end", used(id("nowhere").String(), "1"), unprocessable, "part_not_found", "parts[0].id"),
		of("parts of a done repair", done+"/parts", parts, conflict, "repair_not_open", "", s.seen(done, s.last())),
		of("warranty of a done repair", done+"/warranty", m{"under_warranty": true}, conflict, "repair_not_open", ""),
		of("started after the end", done+"/start", nil, conflict, "repair_not_open", ""),
		of("cancelled after the end", done+"/cancel", nil, conflict, "repair_already_done", ""),
		of("confirmed after the cancellation", over+"/confirm", nil, conflict, "repair_not_open", ""),
		of("a quotation after the cancellation", over+"/quote", nil, conflict, "repair_not_open", ""),
		of("a stale If-Match", draft+"/cancel", nil, http.StatusPreconditionFailed, "stale_version", "", with("If-Match", `"0"`)),
	}
	for _, command := range []string{"parts", "warranty", "confirm", "start", "end", "cancel", "draft", "quote", "quote/send", "quote/accept", "quote/decline"} {
		table = append(table,
			of(command+" of no repair", "/v1/repairs/"+id("nowhere").String()+"/"+command, m{}, missing, "repair_not_found", ""),
			of(command+" by the agent", draft+"/"+command, m{}, forbidden, "forbidden", "", agent),
			of(command+" by a technician", draft+"/"+command, m{}, forbidden, "forbidden", "", technician),
			of(command+" by another team's mechanic", draft+"/"+command, m{}, missing, "repair_not_found", "", elsewhere),
		)
	}
	s.allRefused(t, table)
}

// The same of tasks.
func TestBrokenRulesOfTasks(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.ticket("far", m{"customer": id("other customer")}) // who has no address
	agent, mechanic := as(s.token("agent-1", []string{"agent"}, nil)), as(s.token("mechanic-1", []string{"repair"}, nil))
	s.post("/v1/teams", m{"id": id("other team"), "name": "Sales"})
	elsewhere := as(s.token("technician-3", []string{"technician"}, m{"teams": []any{id("other team")}}))
	s.token("visitor", []string{"customer"}, m{"customer": id("customer")})
	fresh, _ := s.planned(m{})
	far := "/v1/tasks/" + s.post(on("far", "interventions"), nil).created()
	begun, signed, done, over := s.visited(m{}), s.visited(m{}), s.visited(m{}), s.visited(m{})
	read := s.save(signed, "Replaced the socket")
	s.post(signed+"/sign", signing(read))
	s.post(done+"/complete", nil)
	s.post(over+"/cancel", m{"reason": "Nobody at home"})
	seen := func(path string) option { return s.seen(path, s.last()) }
	of := func(name, path string, body any, status int, code, field string, o ...option) bad {
		return bad{name: name, path: path, body: body, status: status, code: code, field: field, options: o}
	}
	plan := m{"planned_start": "2026-03-02T09:00:00Z", "planned_end": "2026-03-02T10:00:00Z"}
	sheet := m{"values": m{"work": "Done"}}
	large := "data:image/png;base64," + strings.Repeat("iVBORw0KGgoA", 30000)
	table := []bad{
		of("nobody assigned", fresh+"/assign", nil, unprocessable, "required", "assignee"),
		of("a blank assigned", fresh+"/assign", m{"assignee": " "}, unprocessable, "required", "assignee"),
		of("a portal user assigned", fresh+"/assign", m{"assignee": "visitor"}, unprocessable, "responsible_not_internal", "assignee"),
		of("a contact assigned", fresh+"/assign", m{"assignee": id("customer")}, unprocessable, "responsible_not_internal", "assignee"),
		of("no times", fresh+"/schedule", nil, unprocessable, "required", "planned_start"),
		of("an end before the start", fresh+"/schedule", but(plan, "planned_end", "2026-03-02T09:00:00Z"), unprocessable, "end_not_after_start", "planned_end"),
		of("no address to visit", far+"/schedule", plan, conflict, "customer_without_address", ""),
		of("started before it was planned", fresh+"/start", nil, conflict, "task_not_planned", ""),
		of("paused before the start", fresh+"/pause", nil, conflict, "task_not_in_progress", ""),
		of("resumed before the start", fresh+"/resume", nil, conflict, "task_not_in_progress", ""),
		of("completed before the start", fresh+"/complete", nil, conflict, "task_not_in_progress", ""),
		of("a worksheet before the start", fresh+"/worksheet", sheet, conflict, "task_not_in_progress", "", seen(fresh)),
		of("a worksheet without If-Match", begun+"/worksheet", sheet, http.StatusPreconditionRequired, "precondition_required", ""),
		of("a worksheet with a stale If-Match", begun+"/worksheet", sheet, http.StatusPreconditionFailed, "stale_version", "", with("If-Match", `"0"`)),
		of("a required field", begun+"/worksheet", m{"values": m{}}, unprocessable, "worksheet_field_required", "values.work", seen(begun)),
		of("no values", begun+"/worksheet", nil, unprocessable, "worksheet_field_required", "values.work", seen(begun)),
		of("a field of another type", begun+"/worksheet", m{"values": m{"work": true}}, unprocessable, "invalid_value", "values.work", seen(begun)),
		of("a field that is an object", begun+"/worksheet", m{"values": m{"work": m{"a": 1}}}, unprocessable, "invalid_value", "values.work", seen(begun)),
		of("an unknown field", begun+"/worksheet", m{"values": m{"work": "Done", "Other": "a"}}, unprocessable, "invalid_value", "values.Other", seen(begun)),
		of("a name that Postgres cannot keep", begun+"/worksheet", `{"values":{"work":"Done","a\u0000":"b"}}`, http.StatusBadRequest, "malformed", "", seen(begun)),
		of("F-10 nothing to sign", begun+"/sign", signing(read), conflict, "worksheet_not_signable", ""),
		of("F-10 signed already", signed+"/sign", but(signing(read), "name", "Somebody"), conflict, "worksheet_not_signable", ""),
		of("completed when cancelled", over+"/complete", nil, conflict, "task_not_in_progress", ""),
		of("reopened when cancelled", over+"/reopen", nil, conflict, "task_not_done", ""),
		of("assigned when done", done+"/assign", m{"assignee": "technician-2"}, conflict, "task_not_open", ""),
		of("scheduled when done", done+"/schedule", plan, conflict, "task_not_open", ""),
		of("cancelled when done", done+"/cancel", m{"reason": "Late"}, conflict, "task_not_open", ""),
		of("no reason to cancel", fresh+"/cancel", m{"reason": " "}, unprocessable, "required", "reason"),
		of("a stale If-Match", fresh+"/assign", m{"assignee": "a"}, http.StatusPreconditionFailed, "stale_version", "", with("If-Match", `"0"`)),
	}
	for _, command := range []string{"assign", "schedule", "start", "pause", "resume", "materials", "worksheet", "worksheet/share", "sign", "complete", "reopen", "cancel"} {
		table = append(table,
			of(command+" of no task", "/v1/tasks/"+id("nowhere").String()+"/"+command, m{}, missing, "task_not_found", ""),
			of(command+" by the agent", fresh+"/"+command, m{}, forbidden, "forbidden", "", agent),
			of(command+" by a mechanic", fresh+"/"+command, m{}, forbidden, "forbidden", "", mechanic),
			of(command+" by another team's technician", fresh+"/"+command, m{}, missing, "task_not_found", "", elsewhere),
		)
	}
	s.allRefused(t, table)

	read = s.save(begun, "Looked at it")
	s.allRefused(t, []bad{
		of("F-10 no image", begun+"/sign", but(signing(read), "signature", ""), unprocessable, "signature_missing", "signature"),
		of("F-10 no picture", begun+"/sign", but(signing(read), "signature", "data:image/png;base64,aGVsbG8="), unprocessable, "signature_not_png", "signature"),
		of("F-10 too large", begun+"/sign", but(signing(read), "signature", large), unprocessable, "signature_too_large", "signature"),
		of("F-10 no name", begun+"/sign", but(signing(read), "name", ""), unprocessable, "required", "name"),
		of("F-10 another version", begun+"/sign", but(signing(read), "version", 2), http.StatusPreconditionFailed, "stale_version", ""),
	})
}

// everyRepairAndTask is service.every for repairs and tasks.
func (s *service) everyRepairAndTask() []bad {
	s.t.Helper()
	mine := as(s.portalOf("customer"))
	parts := m{"parts": []m{add("product", "1")}}
	draft, made := s.repaired("ticket", parts)
	working, _ := s.repaired("ticket", parts)
	s.post(working+"/start", m{"override": true})
	s.post(working+"/quote", nil)
	sent, _ := s.repaired("ticket", parts)
	s.post(sent+"/quote", nil)
	s.post(sent+"/quote/send", nil)
	fresh, _ := s.planned(m{})
	planned, _ := s.planned(m{})
	s.post(planned+"/assign", m{"assignee": "technician-1"})
	plan := m{"planned_start": "2026-03-02T09:00:00Z", "planned_end": "2026-03-02T10:00:00Z"}
	s.post(planned+"/schedule", plan)
	begun, unshared, paused, done := s.visited(m{}), s.visited(m{}), s.visited(m{}), s.visited(m{})
	read := s.save(begun, "Looked at it")
	s.post(begun+"/worksheet/share", nil)
	s.save(unshared, "Looked at it")
	s.post(paused+"/pause", nil)
	s.post(done+"/complete", nil)
	signed, gone := s.visited(m{}), s.cancelled()
	s.post(signed+"/sign", signing(s.save(signed, "Looked at it")))
	inPortal := func(path string) string { return strings.Replace(path, "/v1/", "/v1/portal/", 1) }
	of := func(path string, body any, o ...option) bad { return bad{path: path, body: body, options: o} }
	return []bad{
		of(draft+"/parts", m{"parts": []m{add("product", "2")}}, s.seen(draft, made)),
		of(draft+"/details", m{"priority": 1}),
		of(draft+"/warranty", m{"under_warranty": true}),
		of(draft+"/confirm", m{"override": true}),
		of(draft+"/start", m{"override": true}),
		of(working+"/end", nil),
		of(draft+"/cancel", nil),
		of(gone+"/draft", nil),
		of(draft+"/quote", nil),
		of(working+"/quote/send", nil),
		of(sent+"/quote/accept", nil),
		of(sent+"/quote/decline", nil),
		of(inPortal(sent)+"/quote/accept", nil, mine),
		of(inPortal(sent)+"/quote/decline", m{"reason": "Too dear"}, mine),
		of(fresh+"/details", m{"priority": 1}),
		of(fresh+"/assign", m{"assignee": "technician-1"}),
		of(fresh+"/schedule", plan),
		of(planned+"/start", nil),
		of(begun+"/pause", nil),
		of(paused+"/resume", nil),
		of(begun+"/worksheet", m{"values": m{"work": "Done"}}, s.seen(begun, s.last())),
		of(unshared+"/worksheet/share", nil),
		of(begun+"/sign", signing(read)),
		of(inPortal(begun)+"/sign", signing(read), mine),
		of(begun+"/materials", m{"product": id("product"), "quantity": "1"}),
		of(signed+"/report", nil),
		of(begun+"/complete", nil),
		of(done+"/reopen", nil),
		of(begun+"/cancel", m{"reason": "Nobody at home"}),
	}
}
