"""Opening any delivered workbook or CSV safely, or refusing it. What is looked for in it belongs to each kind of delivery."""
