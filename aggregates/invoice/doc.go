// Package invoice is the customer invoice with its payments and its credit
// notes. All of them live in one stream, "invoice-<id>", because that stream is
// what keeps credits within the invoice. The rules (domain.md 2.5 and 3.1):
//
// The invoice.
//
//   - It begins as a draft with at least one line, computes its amounts then,
//     and keeps them, the taxes and the rounding method for ever (snapshot).
//   - A draft may be changed, posted or discarded. A posted invoice is final:
//     only another document, a credit note, corrects it.
//   - Posting dates it today unless it has a date; a future date is refused.
//   - Its number is allotted after posting, once.
//
// Amounts.
//
//   - Every amount is in minor units of the invoice's currency, rounded with
//     ties away from zero.
//   - Taxes are rounded on each line, or once per tax for the document and then
//     spread over the lines so that these sum to the document.
//
// Credit notes.
//
//   - Only a posted invoice with something left to credit gets one.
//   - Reverse makes a draft that may be edited down, for a part.
//     A draft has no effect on the invoice and reserves nothing.
//   - Posting decides: per line and in total, posted credit notes never exceed
//     the invoice, neither in quantity nor in untaxed amount nor in tax. A company
//     may switch that off (Cap); then the posting says how much was too much.
//   - A part takes its share by the invoice's own method. The credit that
//     exhausts a line takes all that is left of it, to the last cent.
//   - A unit price may be lowered but not raised. What a lowered price left
//     uncredited is waived; later quantities of the line do not make up for it,
//     only goodwill does.
//   - Goodwill is an amount without a quantity, out of the lines that have exactly
//     its taxes, up to what they have left together. Later credits get the less.
//   - Reverse and Create Invoice undoes all payments' allocations, drafts and
//     posts a credit note of the whole invoice and names the draft invoice that
//     replaces it, in one append: all or nothing. It needs an
//     invoice without posted credit notes and a date that is not in the future.
//     What other invoices' credit notes settled of it goes back to them.
//   - A command that credits several invoices holds each first, so that all get
//     their credit note or none does. A held invoice is contended for all others
//     until the hold is used or released (Hold).
//   - A credit note's number is allotted after posting, once.
//
// Residual and payment state.
//
//   - The residual is what the customer still owes: the total less payments
//     that were not released, less what credit notes took off. Never negative.
//   - A payment that was released, alone or by Reverse and Create Invoice, is open
//     until it goes back to the customer or is allocated to another posted invoice
//     of the same customer entity and currency, up to what is due there. The
//     invoice it was registered on guards it: it reserves the money first, so that
//     none is allocated twice, and gets back what the other can no longer take.
//   - A posted credit note first takes off the residual; what it has beyond
//     that is open credit, its own residual, until it is paid out or allocated
//     to another posted invoice, which its own invoice guards as it does money.
//     What becomes due again takes the invoice's own open credit first: an
//     invoice that owes has none.
//   - not_paid: nothing has been settled. partial: some of it. At residual 0:
//     paid when a payment took part or the total is 0, reversed when only credit
//     notes did, of whichever invoice. A credit note without open credit is paid.
package invoice
