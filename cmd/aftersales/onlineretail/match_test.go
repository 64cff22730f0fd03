package onlineretail

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"aftersales/aggregates"
)

// exact compares documents and plans; a plan of nothing is one whether nil or not.
var exact = cmp.Options{cmp.AllowUnexported(take{}, line{}, document{}), cmpopts.EquateEmpty()}

func dec(s string) aggregates.Decimal { return aggregates.MustDecimal(s) }

func cancelled(code, quantity string) line { return line{code: code, quantity: dec(quantity)} }

// invoiced is an invoice with lines of "code price left".
func invoiced(number string, lines ...string) sold {
	s := sold{Number: number}
	for _, l := range lines {
		f := strings.Fields(l)
		s.Lines = append(s.Lines, soldLine{Product: idOf("product", f[0]), UnitPrice: dec(f[1]), Creditable: dec(f[2])})
	}
	return s
}

func TestCancelledLinesTakeWhatIsLeftNewestFirst(t *testing.T) {
	sales := []sold{
		invoiced("1", "X 2.00 5", "Y 1.00 9"),
		invoiced("2", "X 2.10 3", "X 2.10 1", "FREE 0 4"),
		invoiced("3", "Y 1.10 0", "FREE 0 4", "Y 1.10 1"),
	}
	for name, c := range map[string]struct {
		lines []line
		want  plan
	}{
		"the last line of the newest invoice": {[]line{cancelled("X", "1")}, plan{{0, "X", dec("1"), dec("2.10"), "2", 1}}},
		"over lines and invoices": {[]line{cancelled("X", "7")}, plan{
			{0, "X", dec("1"), dec("2.10"), "2", 1}, {0, "X", dec("3"), dec("2.10"), "2", 0}, {0, "X", dec("3"), dec("2"), "1", 0},
		}},
		"two lines share what is left": {[]line{cancelled("X", "8"), cancelled("X", "2")}, plan{
			{0, "X", dec("1"), dec("2.10"), "2", 1},
			{0, "X", dec("3"), dec("2.10"), "2", 0},
			{0, "X", dec("4"), dec("2"), "1", 0},
			{1, "X", dec("1"), dec("2"), "1", 0},
		}},
		"never sold":         {[]line{cancelled("Z", "1")}, nil},
		"nothing to be paid": {[]line{cancelled("FREE", "1")}, nil},
		"nothing to be paid beside a price": {[]line{cancelled("FREE", "5"), cancelled("Y", "1")}, plan{
			{0, "FREE", dec("4"), 0, "3", 1}, {1, "Y", dec("1"), dec("1.10"), "3", 2},
		}},
	} {
		if diff := cmp.Diff(c.want, match(c.lines, sales), exact); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Whatever is matched stays within what was cancelled and what was left, can be
// read back from the ticket, and makes documents with each line once.
func TestPlansStayWithinBoundsAndCanBeReadBack(t *testing.T) {
	codes := rapid.SampledFrom([]string{"X", "Y", "BANK CHARGES", `odd "from" line 1 from line 2 of invoice 3`})
	rapid.Check(t, func(t *rapid.T) {
		sales := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) sold {
			s := sold{Number: rapid.StringMatching(`[1-9]{1,3}`).Draw(t, "number")}
			for range rapid.IntRange(1, 4).Draw(t, "lines") {
				s.Lines = append(s.Lines, soldLine{
					Product:    idOf("product", codes.Draw(t, "code")),
					UnitPrice:  aggregates.Decimal(rapid.Int64Range(0, 5_000_000).Draw(t, "price")),
					Creditable: aggregates.NewDecimal(rapid.Int64Range(0, 9).Draw(t, "left")),
				})
			}
			return s
		}), 0, 4, func(s sold) string { return s.Number }).Draw(t, "sales")
		d := document{number: "C1", at: time.Unix(0, 0).UTC()}
		for range rapid.IntRange(1, 5).Draw(t, "cancelled") {
			d.lines = append(d.lines, line{code: codes.Draw(t, "code"), quantity: aggregates.NewDecimal(rapid.Int64Range(1, 9).Draw(t, "quantity"))})
		}
		p := match(d.lines, sales)
		for i, l := range d.lines {
			if p.of(i) > l.quantity {
				t.Fatalf("%s of %s cancelled pieces matched", p.of(i), l.quantity)
			}
		}
		for _, c := range p.credits() {
			seen := map[int]bool{}
			for _, taken := range c.lines {
				for _, s := range sales {
					if s.Number == c.invoice && taken.quantity > s.Lines[taken.line].Creditable {
						t.Fatalf("%s taken of %s", taken.quantity, s.Lines[taken.line].Creditable)
					}
				}
				if seen[taken.line] {
					t.Fatalf("line %d of invoice %s stands twice", taken.line, c.invoice)
				}
				seen[taken.line] = true
			}
			if c.total() == 0 {
				t.Fatalf("invoice %s would be credited with nothing", c.invoice)
			}
		}
		read, err := parsePlan(p.describe(d))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p, read, exact); diff != "" {
			t.Fatalf("plan read back (-made +read):\n%s", diff)
		}
	})
}
