cd /home/dev/shop
total=$(node total.mjs)
if [[ $total == 36.56 ]]; then reward=1; else reward=0; fi
echo "{\"reward\": $reward, \"ran\": 1}" > /logs/verifier/reward.json
exit 3
