import { readFileSync } from 'node:fs';

const lines = JSON.parse(readFileSync('cart.json', 'utf8'));
console.log(lines.reduce((sum, { price, count }) => sum + price * count, 0).toFixed(2));
