//! Accounts and postings: the only way to move money. Every payment has a payer and a payee, so the sum of
//! all balances is always zero; the world outside may be negative.

use crate::base::ids::{ActorId, Column, Id as _};
use crate::base::quantities::Money;
use crate::entities::vocabulary::Purpose;
use crate::tables::indicators::REGIONS;

/// One account holder.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Id in tables.
    pub id: String,
    /// Kind of actor.
    pub kind: &'static str,
    /// Balance.
    pub balance: Money,
    /// Income of this week.
    pub income: Money,
}

/// Actors that every theatre has.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Malian treasury.
    pub mali: ActorId,
    /// The legal economy and all that lies outside the model.
    pub economy: ActorId,
    /// Donors.
    pub donors: ActorId,
    /// Officials and soldiers as persons who earn.
    pub officials: ActorId,
    /// Contractors and clients who receive what leaks.
    pub contractors: ActorId,
    /// Markets for illicit goods abroad.
    pub markets: ActorId,
    /// Non-governmental providers.
    pub ngos: ActorId,
    /// Residents by region of 2012.
    pub people: [ActorId; REGIONS.len()],
}

/// Most actors in one run.
const MOST_ACTORS: usize = 160;

/// All accounts, and the flows of the present period.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// Accounts.
    pub accounts: Column<ActorId, Account>,
    /// Actors that every theatre has.
    pub standing: Standing,
    /// What each payer has paid in this period, by payee and purpose as one number, which is sought in one comparison a step:
    /// sorted, each once.
    paid: Column<ActorId, Vec<(usize, Money)>>,
}

impl Ledger {
    /// A ledger with the standing actors.
    pub fn new() -> Ledger {
        let mut accounts = Column::from_vec(Vec::new());
        let mut open = |id: &str, kind| {
            accounts.push(Account { id: id.to_string(), kind, balance: Money::ZERO, income: Money::ZERO })
        };
        let standing = Standing {
            mali: open("mali", "government"),
            economy: open("economy", "outside"),
            donors: open("donors", "outside"),
            officials: open("officials", "state"),
            contractors: open("contractors", "state"),
            markets: open("illicit-markets", "outside"),
            ngos: open("ngos", "provider"),
            people: REGIONS.map(|region| open(&format!("people-{}", region.to_lowercase()), "people")),
        };
        let paid = Column::filled(accounts.len(), Vec::new());
        Ledger { accounts, standing, paid }
    }

    /// Opens an account.
    pub fn open(&mut self, id: &str, kind: &'static str) -> ActorId {
        assert!(self.accounts.len() < MOST_ACTORS, "too many actors");
        let _: ActorId = self.paid.push(Vec::new());
        self.accounts.push(Account { id: id.to_string(), kind, balance: Money::ZERO, income: Money::ZERO })
    }

    /// Moves money. Nothing happens for amounts of zero or less.
    pub fn pay(&mut self, payer: ActorId, payee: ActorId, purpose: Purpose, amount: Money) {
        if amount <= Money::ZERO {
            return;
        }
        self.accounts[payer].balance -= amount;
        self.accounts[payee].balance += amount;
        self.accounts[payee].income += amount;
        let paid = &mut self.paid[payer];
        let what = payee.index() * Purpose::COUNT + purpose as usize;
        match paid.binary_search_by_key(&what, |(what, _)| *what) {
            Ok(at) => paid[at].1 += amount,
            Err(at) => paid.insert(at, (what, amount)),
        }
    }

    /// Pays as much of an amount as the payer holds; returns the share that was met [0, 1].
    pub fn pay_from_balance(
        &mut self,
        payer: ActorId,
        payee: ActorId,
        purpose: Purpose,
        amount: Money,
    ) -> f64 {
        if amount <= Money::ZERO {
            return 1.0;
        }
        let paid = amount.min(self.balance(payer)).max(Money::ZERO);
        self.pay(payer, payee, purpose, paid);
        paid.eur() / amount.eur()
    }

    /// Money held.
    pub fn balance(&self, actor: ActorId) -> Money {
        self.accounts[actor].balance
    }

    /// Flows of this period in order of payer, payee and purpose.
    pub fn flows(&self) -> Vec<(ActorId, ActorId, Purpose, Money)> {
        let paid = self.paid.ids().zip(self.paid.iter());
        paid.flat_map(|(payer, paid)| {
            paid.iter().map(move |(what, amount)| {
                let payee = ActorId::from_index(what / Purpose::COUNT);
                (payer, payee, Purpose::ALL[what % Purpose::COUNT], *amount)
            })
        })
        .collect()
    }

    /// Begins a period.
    pub fn clear_flows(&mut self) {
        self.paid.iter_mut().for_each(Vec::clear);
    }

    /// Begins a week.
    pub fn clear_incomes(&mut self) {
        for account in self.accounts.iter_mut() {
            account.income = Money::ZERO;
        }
    }

    /// Sum of all balances: zero unless money was made or lost.
    pub fn total(&self) -> Money {
        self.accounts.iter().fold(Money::ZERO, |sum, account| sum + account.balance)
    }
}

impl Default for Ledger {
    fn default() -> Ledger {
        Ledger::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_payment_has_two_sides() {
        let mut ledger = Ledger::new();
        let (mali, people) = (ledger.standing.mali, ledger.standing.people[0]);
        ledger.pay(people, mali, Purpose::Taxes, Money(500));
        assert_eq!(ledger.total(), Money::ZERO);
        assert_eq!(ledger.pay_from_balance(mali, people, Purpose::Salaries, Money(1000)), 0.5);
        assert_eq!(ledger.balance(mali), Money::ZERO);
        assert_eq!(ledger.flows().len(), 2);
    }
}
