-- Orders, opportunities and invoices are looked up by their contact: when customers are merged, and for sums.
create index links_contact on links (location_id, (data->>'contactId'), kind) where data ? 'contactId';
