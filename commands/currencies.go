package commands

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/currency"
)

// RegisterCurrency makes a currency known, or sets other digits than ISO 4217's
// for one that nothing is recorded in yet. The same again changes nothing.
type RegisterCurrency struct {
	Code   string `json:"code"`
	Digits *int   `json:"digits"`
	Name   string `json:"name"`
}

func (RegisterCurrency) commandName() string { return "register-currency" }

func (c RegisterCurrency) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	l, err := load(ctx, x, currency.Model, currency.ID(c.Code))
	if err != nil {
		return err
	}
	x.match = l.Stream
	x.concerns("currency", l.ID, l.Stream)
	x.created = !l.State.Registered || x.did(l.Stream)
	_, err = decide(ctx, x, currency.Model, l.ID, func(s currency.State) ([]aggregates.Event, error) {
		return s.Register(c.Code, c.Digits, c.Name)
	})
	return err
}

// currency is the currency with a code in the digits that it has for good, or,
// while these are open, in those of ISO 4217; then x fixes them before it records
// anything. One that is neither registered nor in ISO 4217 has none, and rules
// refuse it.
func (x *execution) currency(ctx context.Context, code string) (aggregates.Currency, error) {
	if code == "" {
		return "", nil
	}
	s, err := fact(ctx, x, "", "currency", currency.Model, currency.ID(code))
	if err == nil {
		return s.Currency(), nil
	}
	if !refusedWith(err, "currency_not_found") {
		return "", err
	}
	c := aggregates.Currency(code)
	if _, known := c.Digits(); known {
		x.currencies[c] = true
	}
	return c, nil
}

// fixCurrencies fixes the digits of the currencies that were open when the command
// looked. Whoever registered others in between made what it decided worthless:
// contended, a repeat decides anew.
func (x *execution) fixCurrencies(ctx context.Context) error {
	for _, c := range slices.Sorted(maps.Keys(x.currencies)) {
		delete(x.currencies, c)
		child := *x
		child.seed = aggregates.DeriveID("currency", x.seed.String(), c.Code())
		child.match, child.ticket, child.appended, child.steps = "", nil, nil, map[string]int{}
		s, err := decide(ctx, &child, currency.Model, currency.ID(c.Code()), func(s currency.State) ([]aggregates.Event, error) {
			return s.Use(c)
		})
		if err == nil && s.Currency() != c {
			err = aggregates.Refuse("contended")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// inFull is the command with every amount and currency in the digits that the
// company registered: a body alone does not tell them. Amounts with more digits or
// in unknown currencies are malformed, all of them at once.
func (x *execution) inFull(ctx context.Context, cmd Command) (Command, error) {
	v := reflect.ValueOf(cmd)
	if v.Kind() != reflect.Pointer {
		of := reflect.New(v.Type())
		of.Elem().Set(v)
		v = of
	}
	var bad aggregates.Refusals
	if err := x.fill(ctx, &bad, v.Elem(), ""); err != nil {
		return nil, err
	}
	cmd, _ = reflect.TypeAssert[Command](v) // a pointer has the methods of its type
	return cmd, bad.OrNil()
}

// fill puts the digits into a value and all within it. At is its path in the body.
func (x *execution) fill(ctx context.Context, bad *aggregates.Refusals, v reflect.Value, at string) error {
	if !v.CanSet() {
		return nil
	}
	switch in := v.Addr().Interface().(type) {
	case *aggregates.Money:
		return x.fillMoney(ctx, bad, in, at)
	case *aggregates.Currency:
		if strings.Contains(string(*in), ":") {
			*bad = append(*bad, aggregates.Refuse("malformed", "reason", "currency_code").On(at))
			return nil
		}
		c, err := x.currency(ctx, string(*in))
		*in = c
		return err
	case *uuid.UUID:
		return nil
	}
	var err error
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			err = x.fill(ctx, bad, v.Elem(), at)
		}
	case reflect.Slice:
		for i := 0; err == nil && i < v.Len(); i++ {
			err = x.fill(ctx, bad, v.Index(i), fmt.Sprintf("%s[%d]", at, i))
		}
	case reflect.Struct:
		for i := 0; err == nil && i < v.NumField(); i++ {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			err = x.fill(ctx, bad, v.Field(i), strings.TrimPrefix(at+"."+name, "."))
		}
	}
	return err
}

func (x *execution) fillMoney(ctx context.Context, bad *aggregates.Refusals, m *aggregates.Money, at string) error {
	if *m == (aggregates.Money{}) {
		return nil // none was sent
	}
	c, err := x.currency(ctx, m.Currency.Code())
	if err != nil {
		return err
	}
	digits, known := c.Digits()
	full, err := m.In(c)
	switch {
	case !known:
		*bad = append(*bad, aggregates.Refuse("malformed", "reason", "currency_unknown", "currency", c.Code()).On(at))
	case err != nil:
		*bad = append(*bad, aggregates.Refuse("malformed", "reason", "currency_digits", "currency", c.Code(), "digits", strconv.Itoa(digits)).On(at))
	default:
		*m = full
	}
	return nil
}
