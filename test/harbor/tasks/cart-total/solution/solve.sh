cd /home/dev/shop
sed -i "s/, 0)/, 0) * (1 + $RATE)/; s/(lines\.reduce(\(.*\))\.toFixed/((lines.reduce(\1)).toFixed/" total.mjs
