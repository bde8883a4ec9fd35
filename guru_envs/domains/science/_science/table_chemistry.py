"""Situations of chemistry with solutions."""

TABLE = """
dilution/stock
given c1 0.5..8 mol/L
given V1 1..90 mL L
given V2 100..2000 mL L
given M 20..120 g/mol
step n mol mmol = c1*V1 | amount of the solute | 溶质的物质的量
step c2 mol/L mmol/L = n/V2 | concentration after the dilution | 稀释后的浓度
step b g/L mg/mL = c2*M | mass concentration after the dilution | 稀释后的质量浓度
step x mL L = V2 - V1 | volume of water to add, volumes being additive | 需要加入的水的体积（体积可相加）
slip 2 10 1000
things stock solution:母液
en The volume {V1} of a stock solution of concentration {c1} is diluted with water to the total volume {V2}. The molar mass of the solute is {M}.
zh 取体积{V1}、浓度为{c1}的母液，加水稀释到总体积{V2}。溶质的摩尔质量为{M}。

dilution/weighing
given m 0.5..80 g mg
given M 20..300 g/mol
given V 50..2000 mL L
given v 1..40 mL
need 600 - m/V
step n mol mmol = m/M | amount of the solute | 溶质的物质的量
step c mol/L mmol/L = n/V | concentration | 浓度
step a mol mmol = c*v | amount of the solute in the sample v | 取出的v中溶质的物质的量
step w mg g = a*M | mass of the solute in the sample v | 取出的v中溶质的质量
slip 2 10 1000
things salt:盐, sugar:糖
en The mass {m} of a {thing} of molar mass {M} is dissolved in water to give the volume {V} of solution. Of this a sample {v} is taken.
zh 把质量为{m}、摩尔质量为{M}的{thing}溶于水配成体积为{V}的溶液，再从中取出{v}。

dilution/mixing
given c1 0.05..4 mol/L mmol/L
given V1 10..900 mL L
given c2 0.05..4 mol/L mmol/L
given V2 10..900 mL L
step n mol mmol = c1*V1 + c2*V2 | total amount of the solute | 溶质的总物质的量
step c mol/L mmol/L = n/(V1 + V2) | concentration of the mixture | 混合后的浓度
slip 2 10 1000
en The volume {V1} of a solution of concentration {c1} is mixed with the volume {V2} of a solution of the same substance of concentration {c2}; volumes are additive.
zh 把体积{V1}、浓度{c1}的溶液与体积{V2}、浓度{c2}的同种物质的溶液混合，体积可相加。

ph/strong
given n 1..90 mmol mol
given V 100..2000 mL L
given w 0.5..8 L mL
const c0 1 mol/L
need A - 0.5
step c mol/L mmol/L = n/V | concentration of the acid | 酸的浓度
step A - = -log10(c/c0) | pH of the solution | 溶液的pH
step d mol/L mmol/L = n/(V + w) | concentration after adding the water | 加水后的浓度
step B - = -log10(d/c0) | pH after adding the water | 加水后的pH
en A strong monoprotic acid of amount {n} is dissolved in water to give the volume {V} of solution. Then water of volume {w} is added; volumes are additive. (pH = -log10([H+]/c0) with {c0}; the acid dissociates completely, and the ions of water itself are neglected.)
zh 物质的量为{n}的一元强酸溶于水配成体积为{V}的溶液，然后加入体积为{w}的水，体积可相加。（pH = -log10([H+]/c0)，{c0}；酸完全电离，忽略水自身的电离。）

ph/base
given n 1..90 mmol mol
given V 100..2000 mL L
const c0 1 mol/L
const K 14 -
need B - 0.5
step c mmol/L mol/L = n/V | concentration of the base | 碱的浓度
step B - = -log10(c/c0) | pOH of the solution | 溶液的pOH
step A - = K - B | pH of the solution | 溶液的pH
en A strong base with one OH- per formula unit, of amount {n}, is dissolved in water to give the volume {V} of solution. (pOH = -log10([OH-]/c0) with {c0}; pH + pOH = {K}; the base dissociates completely.)
zh 物质的量为{n}、每个化学式含一个OH-的强碱溶于水配成体积为{V}的溶液。（pOH = -log10([OH-]/c0)，{c0}；pH + pOH = {K}；碱完全电离。）

ph/titration
given c1 0.02..2 mol/L mmol/L
given V1 5..50 mL
given c2 0.02..2 mol/L mmol/L
const z 2 -
step n mmol mol = c1*V1 | amount of the acid | 酸的物质的量
step a mmol mol = z*n | amount of the base that is needed | 所需碱的物质的量
step V mL L = a/c2 | volume of the base that is needed | 所需碱溶液的体积
step W mL L = V1 + V | total volume, volumes being additive | 总体积（体积可相加）
slip 2 4 10
en The volume {V1} of a diprotic acid of concentration {c1} is neutralised completely by a base of concentration {c2} with one OH- per formula unit; one acid molecule needs {z} of them.
zh 体积{V1}、浓度{c1}的二元酸被浓度为{c2}、每个化学式含一个OH-的碱完全中和；每个酸分子需要的碱的个数为{z}。

ph/weak
given c 0.05..2 mol/L mmol/L
given K 1e-7..1e-5 mol/L
const c0 1 mol/L
step h mol/L mmol/L = sqrt(K*c) | concentration of H+, in the approximation [H+] = sqrt(K*c) | 按近似[H+] = sqrt(K*c)的H+浓度
step A - = -log10(h/c0) | pH, in this approximation | 按此近似的pH
step y - = h/c | degree of dissociation, in this approximation | 按此近似的电离度
en A weak monoprotic acid has the concentration {c} and the acid constant {K}. (pH = -log10([H+]/c0) with {c0})
zh 一元弱酸的浓度为{c}，酸常数为{K}。（pH = -log10([H+]/c0)，{c0}）

conversion/speed
given x 2..300 km/h m/s cm/s km/s m/min mph
step y m/s km/h cm/s m/min = x | same speed in another unit | 同一速度用另一单位表示
slip 3.6 12.96 10
things speed:速度
en A speed is given as {x}. (1 mph = 1.609344 km/h)
zh 已知速度{x}。（1 mph = 1.609344 km/h）

conversion/density
given x 0.2..20 g/cm^3 kg/m^3 g/L mg/mL kg/L
step y kg/m^3 g/cm^3 g/L = x | same density in another unit | 同一密度用另一单位表示
slip 10 1000 100
en A density is given as {x}.
zh 已知密度{x}。

conversion/energy
given x 0.05..90 MJ kJ kWh J Wh kcal
step y J kJ kWh MJ = x | same energy in another unit | 同一能量用另一单位表示
slip 3.6 1000 10
en An energy is given as {x}. (1 cal = 4.184 J)
zh 已知能量{x}。（1 cal = 4.184 J）

conversion/pressure
given x 0.1..80 bar kPa Pa atm mmHg N/cm^2
step y Pa kPa bar = x | same pressure in another unit | 同一压强用另一单位表示
slip 10 100 1000
en A pressure is given as {x}. (1 atm = 101325 Pa, 1 mmHg = 133.322 Pa)
zh 已知压强{x}。（1 atm = 101325 Pa，1 mmHg = 133.322 Pa）

conversion/volume-flow
given x 0.5..90 L/min L/s m^3/h mL/s m^3/s
step y L/s m^3/h mL/min = x | same rate of flow in another unit | 同一流量用另一单位表示
slip 60 3.6 1000
en A rate of flow is given as {x}.
zh 已知流量{x}。

conversion/temperature
given x 5..300 °C K °F
step y °C K °F = x | same temperature in another unit | 同一温度用另一单位表示
en A temperature is given as {x}. (0 °C = 273.15 K = 32 °F, 100 °C = 212 °F)
zh 已知温度{x}。（0 °C = 273.15 K = 32 °F，100 °C = 212 °F）

conversion/area
given x 2..900 cm^2 mm^2 m^2 ft^2
step y m^2 mm^2 cm^2 = x | same area in another unit | 同一面积用另一单位表示
slip 10 100 1000
en An area is given as {x}. (1 ft = 0.3048 m)
zh 已知面积{x}。（1 ft = 0.3048 m）

conversion/thermal
given x 0.3..9 J/(g*K) kJ/(kg*K) J/(kg*K) cal/(g*K)
step y J/(kg*K) J/(g*K) = x | same specific heat capacity in another unit | 同一比热容用另一单位表示
slip 10 1000 4.184
en A specific heat capacity is given as {x}. (1 cal = 4.184 J)
zh 已知比热容{x}。（1 cal = 4.184 J）
"""
