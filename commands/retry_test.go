package commands_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/journal"
	"aftersales/commands"
)

// wantRefusal checks that a command was refused with the code.
func wantRefusal(t *testing.T, what string, err error, code string) {
	t.Helper()
	var r *aggregates.Refusal
	if !errors.As(err, &r) || r.Code != code {
		t.Errorf("%s: got %v, want the refusal %s", what, err, code)
	}
}

// invoice posts one more invoice of the ticket's customer, with a journal.
func (w *world) invoice(name string, kind journal.Type) {
	w.t.Helper()
	w.do("journal of "+name, &commands.RegisterJournal{ID: ref("journal of " + name), Code: strings.ToUpper(name[:3]), Title: "Two", Type: kind})
	w.do(name, &commands.DraftInvoice{
		ID: ref(name), Customer: id("customer"), Journal: id("journal of " + name), Currency: "EUR", InvoiceDate: day, Post: true,
		Lines: []commands.InvoiceLine{
			{ID: id("line of " + name), Product: id("product"), Quantity: aggregates.NewDecimal(1), UnitPrice: new(aggregates.NewDecimal(10))},
		},
	})
}

// refundBoth is for the world's invoice and another.
func refundBoth(other string) *commands.IssueRefund {
	c := refund(invoice.Reverse)
	c.Invoices = []uuid.UUID{id("invoice"), id(other)}
	return c
}

// A refusal says that nothing happened, also when it is the last of several
// invoices that breaks a rule.
func TestARefusedRefundOfSeveralInvoicesCreditsNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.furnish()
	w.invoice("second", "sale")
	w.invoice("general", "general")
	before := len(w.log())
	_, err := w.try("other journal type", refundBoth("general"))
	wantRefusal(t, "other journal type", err, "journal_type_mismatch")
	tooMuch := refundBoth("second")
	tooMuch.Lines = []commands.RefundLine{
		{InvoiceLine: id("invoice-line"), Quantity: new(aggregates.NewDecimal(1))},
		{InvoiceLine: id("line of second"), Quantity: new(aggregates.NewDecimal(2))},
	}
	_, err = w.try("too much", tooMuch)
	wantRefusal(t, "too much", err, "credit_exceeds_invoice")
	if after := len(w.log()); after != before {
		t.Errorf("refused refunds left %d events", after-before)
	}
}

// What died between two invoices is finished by the client's retry, whatever
// the process manager did before it, and answered whole.
func TestARetryFinishesARefundThatDiedBetweenTwoInvoices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.furnish()
	w.invoice("second", "sale")
	w.store.dieAt(0)
	if _, err := w.try("both", refundBoth("second")); err == nil {
		t.Fatal("the process did not die")
	}
	w.store.live()
	w.restart()
	w.react()
	if got := w.do("both", refundBoth("second")); len(got.Documents) != 2 {
		t.Errorf("the retry answers %+v, want two credit notes", got.Documents)
	}
}

// A warning that was recorded with the decision is answered by the retry that finds
// it, as by the process manager.
func TestARetryWarnsAsItsFirstAttemptWould(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"end repair with a part left over", "save worksheet in conflict"} {
		w := newWorld(t)
		w.furnish()
		command := services[name](w)
		w.store.dieAt(0)
		if _, err := w.try("command", command); err == nil {
			t.Fatal("the process did not die")
		}
		w.store.live()
		w.restart()
		if o := w.do("command", command); len(o.Warnings) != 1 {
			t.Errorf("%s: warnings %v", name, o.Warnings)
		}
	}
}

// If-Match is held against the ticket as it was before the command itself
// changed it: a retry is not refused for its own effect.
func TestARetryIsNotStaleForItsOwnEffect(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.furnish()
	var revision uint64
	for _, e := range w.log() {
		if e.Stream == "ticket-"+id("ticket").String() {
			revision = e.Revision
		}
	}
	give := func(key string) (commands.Outcome, error) {
		return w.Execute(t.Context(), commands.Request{Principal: admin, Key: key, Hash: key, IfMatch: &revision}, refund(invoice.Reverse))
	}
	const untilLinked = 2 // appends before the ticket's own
	w.store.dieAt(untilLinked)
	if _, err := give("refund"); err == nil {
		t.Fatal("the process did not die")
	}
	w.store.live()
	w.restart()
	if _, err := give("refund"); err != nil {
		t.Errorf("retry: %v", err)
	}
	_, err := give("another refund")
	wantRefusal(t, "another command", err, "stale_version")
}

// A dry run writes nothing, not even what an earlier attempt left undone.
func TestADryRunUnderAUsedKeyWritesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.furnish()
	w.store.dieAt(0)
	if _, err := w.try("refund", refund(invoice.ReverseAndCreateInvoice)); err == nil {
		t.Fatal("the process did not die")
	}
	w.store.live()
	w.restart()
	before := len(w.log())
	req := commands.Request{Principal: admin, Key: "refund", Hash: "refund", DryRun: true}
	if _, err := w.Execute(t.Context(), req, refund(invoice.ReverseAndCreateInvoice)); err != nil {
		t.Fatal(err)
	}
	if after := len(w.log()); after != before {
		t.Errorf("the dry run wrote %d events", after-before)
	}
}

// A client's id that a coupon has already is refused, and costs no program a
// coupon.
func TestACouponsIDIsTakenOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.furnish()
	w.do("program 2", &commands.DefineProgram{ID: ref("program-2"), ProgramTerms: commands.ProgramTerms{Name: "Again", Type: "coupons", Rewards: sorry}})
	give := func(program string) *commands.GenerateCoupon {
		return &commands.GenerateCoupon{Ticket: id("ticket"), ID: ref("coupon"), Program: id(program)}
	}
	w.do("first", give("program"))
	before := len(w.log())
	for _, program := range []string{"program", "program-2"} {
		_, err := w.try("again from "+program, give(program))
		wantRefusal(t, program, err, "already_exists")
	}
	if after := len(w.log()); after != before {
		t.Errorf("refused coupons left %d events", after-before)
	}
}

// To the people of another team what was made from the ticket does not exist
// (domain.md 3, check 0.3).
func TestOnlyTheTicketsTeamChangesItsDocuments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.furnish()
	note := w.do("refund", services["refund"](w)).Documents[0].ID
	back := w.do("return", services["return"](w)).Documents[0].ID
	coupon := w.do("coupon", services["coupon"](w)).Documents[0].ID
	agent := func(team string) commands.Principal {
		return commands.Principal{
			Actor: aggregates.Actor{ID: "agent of " + team, Role: "lead", Channel: "agent"},
			Roles: []accesstoken.Role{accesstoken.Lead}, Teams: []uuid.UUID{id(team)},
		}
	}
	for kind, c := range map[string]commands.Command{
		"credit_note": &commands.DiscardCreditNote{CreditNote: note},
		"return":      &commands.CancelReturn{Return: back},
		"coupon":      &commands.RevokeCoupon{Coupon: coupon, Reason: "mistake"},
		"team":        &commands.DisableTeamService{Team: id("team"), Service: "repairs"},
	} {
		name := "change a " + kind
		_, err := w.Execute(t.Context(), commands.Request{Principal: agent("other team"), Key: name, Hash: name}, c)
		wantRefusal(t, name, err, kind+"_not_found")
		if _, err := w.Execute(t.Context(), commands.Request{Principal: agent("team"), Key: name, Hash: name}, c); err != nil {
			t.Errorf("%s by the ticket's team: %v", name, err)
		}
	}
}

// The return location is judged last (domain.md 3.3), the journal before what
// is left to credit (3.1).
func TestChecksComeInTheirOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.furnish()
	_, err := w.try("return", &commands.ReverseTransfer{
		Ticket: id("ticket"), Delivery: id("delivery"), ReturnLocation: id("nowhere"),
		Lines: []commands.ReturnLine{{DeliveryLine: id("no line")}},
	})
	wantRefusal(t, "unknown location and line", err, "line_not_in_delivery")
	_, err = w.try("place", &commands.ReverseTransfer{Ticket: id("ticket"), Delivery: id("delivery"), ReturnLocation: id("nowhere")})
	wantRefusal(t, "unknown location", err, "return_location_invalid")
	w.do("refund", refund(invoice.ReverseAndCreateInvoice))
	w.do("journal 2", &commands.RegisterJournal{ID: ref("journal-2"), Code: "TWO", Title: "Two", Type: "general"})
	again := refund(invoice.Reverse)
	again.Journal = id("journal-2")
	_, err = w.try("again", again)
	wantRefusal(t, "wrong journal, nothing left", err, "journal_type_mismatch")
}
