//! The categories that job titles are read into: seniority and function. Their codes and order are frozen: models keep
//! them.

use std::fmt;

/// The rank that a job title states, highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seniority {
    /// Runs the business, or owns it.
    CLevel,
    /// Vice president of any grade.
    Vp,
    /// Directs a part of the business.
    Director,
    /// Leads a department.
    Head,
    /// Leads a team, a project or a product.
    Manager,
    /// An experienced specialist without a team.
    Senior,
    /// Everybody else with a known word of rank, assistants included.
    Staff,
    /// Learns the job: juniors, interns, trainees.
    Junior,
    /// Studies.
    Student,
}

impl Seniority {
    /// Every one, highest first; the position of each is its code in models.
    pub const ALL: [Seniority; 9] = [
        Seniority::CLevel,
        Seniority::Vp,
        Seniority::Director,
        Seniority::Head,
        Seniority::Manager,
        Seniority::Senior,
        Seniority::Staff,
        Seniority::Junior,
        Seniority::Student,
    ];

    /// The category as models and files keep it; never changes.
    pub fn code(self) -> &'static str {
        match self {
            Seniority::CLevel => "c-level",
            Seniority::Vp => "vp",
            Seniority::Director => "director",
            Seniority::Head => "head",
            Seniority::Manager => "manager",
            Seniority::Senior => "senior",
            Seniority::Staff => "staff",
            Seniority::Junior => "junior",
            Seniority::Student => "student",
        }
    }
}

impl fmt::Display for Seniority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Seniority::CLevel => "C-level",
            Seniority::Vp => "Vice president",
            Seniority::Director => "Director",
            Seniority::Head => "Head",
            Seniority::Manager => "Manager",
            Seniority::Senior => "Senior",
            Seniority::Staff => "Staff",
            Seniority::Junior => "Junior",
            Seniority::Student => "Student",
        })
    }
}

/// The part of a business that a job title names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Function {
    /// Engineering and IT.
    Engineering,
    /// Marketing and communication.
    Marketing,
    /// Sales and business development.
    Sales,
    /// Finance and accounting.
    Finance,
    /// Operations, production, logistics, projects.
    Operations,
    /// Human resources.
    HumanResources,
    /// Product management.
    Product,
    /// Legal and compliance.
    Legal,
    /// Customer support and success.
    Support,
    /// Research and science.
    Research,
    /// The management of the whole business.
    GeneralManagement,
    /// Purchasing and procurement.
    Purchasing,
    /// Consulting.
    Consulting,
    /// Teaching and studying.
    Education,
}

impl Function {
    /// Every one; the position of each is its code in models.
    pub const ALL: [Function; 14] = [
        Function::Engineering,
        Function::Marketing,
        Function::Sales,
        Function::Finance,
        Function::Operations,
        Function::HumanResources,
        Function::Product,
        Function::Legal,
        Function::Support,
        Function::Research,
        Function::GeneralManagement,
        Function::Purchasing,
        Function::Consulting,
        Function::Education,
    ];

    /// The category as models and files keep it; never changes.
    pub fn code(self) -> &'static str {
        match self {
            Function::Engineering => "engineering",
            Function::Marketing => "marketing",
            Function::Sales => "sales",
            Function::Finance => "finance",
            Function::Operations => "operations",
            Function::HumanResources => "human-resources",
            Function::Product => "product",
            Function::Legal => "legal",
            Function::Support => "support",
            Function::Research => "research",
            Function::GeneralManagement => "general-management",
            Function::Purchasing => "purchasing",
            Function::Consulting => "consulting",
            Function::Education => "education",
        }
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Function::Engineering => "Engineering and IT",
            Function::Marketing => "Marketing",
            Function::Sales => "Sales",
            Function::Finance => "Finance",
            Function::Operations => "Operations",
            Function::HumanResources => "Human resources",
            Function::Product => "Product",
            Function::Legal => "Legal",
            Function::Support => "Customer support",
            Function::Research => "Research",
            Function::GeneralManagement => "General management",
            Function::Purchasing => "Purchasing",
            Function::Consulting => "Consulting",
            Function::Education => "Education",
        })
    }
}
