package commands_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/order"
	"aftersales/aggregates/task"
	"aftersales/commands"
)

// services are the commands that append to several streams, or warn, each with what
// has to come before it.
var services = map[string]func(w *world) commands.Command{
	"refund":             func(*world) commands.Command { return refund(invoice.Reverse) },
	"reverse and create": func(*world) commands.Command { return refund(invoice.ReverseAndCreateInvoice) },
	"post credit note": func(w *world) commands.Command {
		o := w.do("first refund", refund(invoice.Reverse))
		return &commands.PostCreditNote{CreditNote: o.Documents[0].ID}
	},
	"pay out": func(w *world) commands.Command {
		payment := w.pay("invoice", "30.00")
		note := w.do("first refund", refund(invoice.Reverse)).Documents[0].ID
		w.do("post", &commands.PostCreditNote{CreditNote: note})
		return &commands.PayOutCreditNote{CreditNote: note, Amount: payment.Amount}
	},
	"allocate open payment": func(w *world) commands.Command {
		payment := w.pay("invoice", "30.00")
		again := w.do("first refund", refund(invoice.ReverseAndCreateInvoice)).Documents[1].ID
		w.do("post", &commands.PostInvoice{Invoice: again})
		return &commands.RegisterPayment{Invoice: again, Payment: *payment.ID}
	},
	"release payment": func(w *world) commands.Command {
		w.openCredit()
		return &commands.ReleasePayment{Payment: id("invoice payment")}
	},
	"refund payment": func(w *world) commands.Command {
		payment := w.pay("invoice", "30.00")
		w.do("release", &commands.ReleasePayment{Payment: *payment.ID})
		return &commands.RefundPayment{Payment: *payment.ID, Amount: payment.Amount}
	},
	"allocate credit": func(w *world) commands.Command {
		return &commands.AllocateCredit{CreditNote: w.openCredit(), Invoice: id("target")}
	},
	"release credit": func(w *world) commands.Command {
		note := w.openCredit()
		w.do("allocate", &commands.AllocateCredit{CreditNote: note, ID: ref("allocation"), Invoice: id("target")})
		return &commands.ReleaseCredit{CreditNote: note, Allocation: id("allocation")}
	},
	"refund dated before the invoice": func(*world) commands.Command {
		early := refund(invoice.ReverseAndCreateInvoice)
		early.ReversalDate = "2026-01-31"
		return early
	},
	"credit note dated before the invoice": func(*world) commands.Command {
		return &commands.DraftCreditNote{Invoice: id("invoice"), ReversalDate: "2026-01-31"}
	},
	"coupon": func(*world) commands.Command {
		return &commands.GenerateCoupon{Ticket: id("ticket"), Program: id("program"), Deliver: "email"}
	},
	"return": func(*world) commands.Command {
		return &commands.ReverseTransfer{Ticket: id("ticket"), Delivery: id("delivery"), ReturnLocation: id("location")}
	},
	"repair": func(*world) commands.Command {
		return &commands.CreateRepair{Ticket: id("ticket"), Submit: "confirm", Override: true}
	},
	"intervention": func(*world) commands.Command { return &commands.PlanIntervention{Ticket: id("ticket")} },
	"end repair with a part left over": func(w *world) commands.Command {
		one := aggregates.NewDecimal(1)
		w.do("repair", &commands.CreateRepair{Ticket: id("ticket"), ID: ref("repair"), Submit: "confirm", Override: true, Parts: []commands.RepairPart{
			{ID: id("part"), Kind: "add", Product: id("product"), Quantity: &one},
		}})
		w.do("start", &commands.StartRepair{Repair: id("repair")})
		return &commands.EndRepair{Repair: id("repair"), Parts: []commands.UsedPart{{ID: id("part"), DoneQuantity: new(aggregates.Decimal(0))}}}
	},
	"save worksheet in conflict": func(w *world) commands.Command {
		w.do("worksheets", &commands.CreateProject{ID: ref("worksheets"), Name: "Worksheets", FieldService: true, WorksheetsEnabled: true})
		w.do("project of tasks", &commands.SetFieldServiceProject{Team: id("team"), Project: id("worksheets")})
		save := &commands.SaveWorksheet{Task: w.planned("visit"), Values: task.Values{"work": "Ordered a socket"}, BaseVersion: new(int)}
		w.do("start", &commands.StartTask{Task: save.Task})
		w.do("save", save)
		return &commands.SaveWorksheet{Task: save.Task, Values: task.Values{"work": "Replaced the socket"}, BaseVersion: save.BaseVersion}
	},
	"start task": func(w *world) commands.Command { return &commands.StartTask{Task: w.planned("visit")} },
	"pause task": func(w *world) commands.Command {
		visit := w.planned("visit")
		w.do("start", &commands.StartTask{Task: visit})
		return &commands.PauseTask{Task: visit}
	},
	"confirm order": func(w *world) commands.Command { return &commands.ConfirmOrder{Order: w.holding()} },
	"report order payment": func(w *world) commands.Command {
		w.orderOf("paid", "customer", order.Terms{RequirePayment: true, RequireSignature: true})
		w.do("coupon", &commands.GenerateCoupon{Ticket: id("ticket"), ID: ref("coupon"), Program: id("program")})
		w.do("reserve", &commands.ReserveCoupon{Code: onlyCode, Order: id("paid").String()})
		return &commands.ReportOrderPayment{Order: id("paid")}
	},
	"reserve coupon": func(w *world) commands.Command {
		w.do("coupon", &commands.GenerateCoupon{Ticket: id("ticket"), ID: ref("coupon"), Program: id("program")})
		return &commands.ReserveCoupon{Code: onlyCode, Order: id("order").String()}
	},
	"cancel order": func(w *world) commands.Command { return &commands.CancelOrder{Order: w.holding()} },
	"cancel order that used its coupon": func(w *world) commands.Command {
		sale := w.holding()
		w.do("confirm", &commands.ConfirmOrder{Order: sale})
		return &commands.CancelOrder{Order: sale}
	},
	"customer's token": func(*world) commands.Command {
		return &commands.IssueAccessToken{Actor: "visitor", Roles: []accesstoken.Role{accesstoken.Customer}, Customer: id("customer")}
	},
}

// event is what two runs of the same history must share.
type event struct{ Stream, ID, Type string }

func (w *world) history() map[event]bool {
	all := map[event]bool{}
	for _, e := range w.log() {
		k := event{e.Stream, e.ID.String(), e.Type}
		if all[k] {
			w.t.Errorf("event twice in the log: %v", k)
		}
		all[k] = true
	}
	return all
}

// A process that dies after any append of a command, before it hears that the
// append took effect, leaves a log that the process manager without any retry
// (even n), or the client's retry (odd n), completes to exactly the undisturbed
// history; and a later retry is answered as the undisturbed command was.
func TestACommandThatDiesAnywhereIsCompleted(t *testing.T) {
	for name, prepare := range services {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			undisturbed := newWorld(t)
			undisturbed.furnish()
			answer := undisturbed.do("command", prepare(undisturbed))
			want := undisturbed.history()
			for n := 0; dieAndComplete(t, prepare, answer, want, n); n++ {
			}
		})
	}
}

// dieAndComplete answers false when the command makes fewer than n+1 appends.
func dieAndComplete(t *testing.T, prepare func(*world) commands.Command, answer commands.Outcome, want map[event]bool, n int) bool {
	t.Helper()
	w := newWorld(t)
	w.furnish()
	command := prepare(w)
	w.store.dieAt(n)
	_, err := w.try("command", command)
	if died := w.store.live(); !died {
		if err != nil {
			t.Fatal(err)
		}
		return false
	}
	w.restart()
	how := fmt.Sprintf("died after append %d", n)
	if n%2 == 0 {
		w.react()
	} else {
		w.do("command", command)
	}
	if diff := cmp.Diff(want, w.history()); diff != "" {
		t.Errorf("%s: history (-undisturbed +completed):\n%s", how, diff)
	}
	again := w.do("command", command)
	if !again.Replayed {
		t.Errorf("%s: the last retry was not a replay", how)
	}
	if diff := cmp.Diff(answer, again, cmpopts.IgnoreFields(commands.Outcome{}, "Position", "Replayed"), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s: answer (-undisturbed +retry):\n%s", how, diff)
	}
	w.react()
	if diff := cmp.Diff(want, w.history()); diff != "" {
		t.Errorf("%s: the process manager changed a complete history:\n%s", how, diff)
	}
	return true
}

// react lets the process manager's reactions run over the log until nothing
// more follows.
func (w *world) react() {
	w.t.Helper()
	for length := -1; length != len(w.log()); {
		events := w.log()
		length = len(events)
		for _, e := range events {
			if err := w.React(w.t.Context(), e); err != nil {
				w.t.Fatalf("react to %s in %s: %v", e.Type, e.Stream, err)
			}
		}
	}
}
