"""How a page's boxes, buttons and conversations are found and worked, whatever their markup."""
