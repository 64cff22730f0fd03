package mail_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aftersales/aggregates"
	"aftersales/commands/mail"
)

// invisible puts in what holds letters apart and what isolates Latin text.
var invisible = strings.NewReplacer("|", "\u200c", "<", "\u2066", ">", "\u2069")

// Domain.md 4: days are Jalali in Persian, amounts and numbers stay Latin.
func TestAQuotationReadsInBothLanguages(t *testing.T) {
	q := mail.Quotation{
		Number: "RO-1", Currency: "EUR", Total: "20.00", ValidUntil: "2025-03-20",
		Lines: []mail.QuotationLine{{Product: "Lamp", Quantity: aggregates.NewDecimal(2), Unit: "unit", UnitPrice: "10.00", Total: "20.00"}},
	}
	for language, want := range map[string]mail.Message{
		"en": {Subject: "Quotation RO-1", Text: `Hello,

here is our quotation RO-1:

- Lamp: 2 unit × 10.00 = 20.00 EUR

Total: 20.00 EUR

You can accept or decline it in the customer portal.
It is valid until 2025-03-20, that day included.
`},
		"fa": {Subject: invisible.Replace("پیش|فاکتور <RO-1>"), Text: invisible.Replace(`سلام،

پیش|فاکتور ما به شمارهٔ <RO-1>:

- Lamp: <2 unit × 10.00 = 20.00 EUR>

جمع کل: <20.00 EUR>

می|توانید آن را در پرتال مشتری بپذیرید یا رد کنید.
اعتبار آن تا پایان روز ۳۰ اسفند ۱۴۰۳ است.
`)},
	} {
		got := mail.Message{Language: language}
		if err := q.Write(&got); err != nil {
			t.Fatal(err)
		}
		want.Language = language
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", language, diff)
		}
	}
}

func TestAReportTellsWhenItWasSigned(t *testing.T) {
	for language, want := range map[string]string{
		"en": "Signed by Customer A on 2025-03-20 15:04;", "fa": "امضاکننده: Customer A، ۳۰ اسفند ۱۴۰۳، ساعت ۱۵:۰۴؛",
	} {
		m := mail.Message{Language: language}
		if err := (mail.Report{SignedBy: "Customer A", SignedOn: "2025-03-20", SignedAt: "15:04"}).Write(&m); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(m.Text, want) {
			t.Errorf("%s: %s", language, m.Text)
		}
	}
}
